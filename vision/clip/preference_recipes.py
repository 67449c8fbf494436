"""Say how preferences are tuned: one complete recipe a stage, with its cost and what it was measured to bring. Pure, no torch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PreferenceRecipe:
    """One tuning run of the head's last map.

    `beta` turns a gap of cosines into log-odds; `replay` and `hold` weigh the replayed captions. The same seed and recipe give the same
    weights on the same machine.
    """

    name: str
    seed: int
    min_pairs: int  # train pairs below which nothing is learned but noise
    num_steps: int = 300
    rate: float = 3e-4
    beta: float = 15.0
    replay: float = 2.0  # InfoNCE on (video, caption)
    hold: float = 4.0  # divergence from the reference's matching of the same batch
    pairs_a_step: int = 256
    replay_videos: int = 256
    replay_scale: float = 50.0  # inverse temperature; the shipped head was trained up to about 75
    twins: int = 3  # near neighbours by caption beside each replayed video: what R@1 is lost to
    warmup: int = 10
    evaluate_every: int = 20  # steps between evaluations on the validation part
    patience: int = 15  # evaluations without a better one before the run ends
    shares: tuple[float, ...] = (1.0, 0.7, 0.5)  # of the way from the reference, evaluated each time
    max_recall_loss: float = 0.0025  # of R@1 on the validation pool: half of what the gate lets pass


def stage1() -> PreferenceRecipe:
    """Learn from pairs mined of searches: many, but noisy and all against the shown order."""
    return PreferenceRecipe("stage1", seed=21, min_pairs=300)


def stage2() -> PreferenceRecipe:
    """Learn from people's labels."""
    return PreferenceRecipe("stage2", seed=22, min_pairs=200)


def quick() -> PreferenceRecipe:
    """Check the way of either stage on a small set: seconds, from pairs that are too few to be clear of chance."""
    return PreferenceRecipe("quick", seed=23, min_pairs=60, num_steps=60, evaluate_every=5)


RECIPES = {"stage1": stage1, "stage2": stage2, "quick": quick}
