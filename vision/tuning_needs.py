"""Say whether there is enough to tune a video head on, in words. Torch-free: pages ask before anything is queued, trainings again."""

from collections.abc import Collection, Mapping, Sequence

from vision.clip.preference_pairs import Part, PreferencePair, part_of, split_by_query
from vision.clip.preference_recipes import PreferenceRecipe
from vision.models import FrameVectors, ModelVersion, TitleVector, VideoState
from vision.selectors import text_space

MIN_HELD_OUT_PAIRS = 30  # to choose the step by, and to report on
MIN_POOL = 20  # videos in each part, for an R@1 that means anything
_VERBS: dict[Part, str] = {"train": "tune on", "validation": "choose the step by", "test": "report on"}


class TooLittleError(ValueError):
    """There is not enough to tune on; the message says how much there is and how much is needed."""


def framed_ids(*, version: ModelVersion) -> list[int]:
    """Return the ready videos whose frames are cached by the version's tower and whose title has a vector, by id."""
    titled = TitleVector.objects.filter(text_space=text_space(version), video__state=VideoState.READY)
    cached = FrameVectors.objects.filter(tower_version=version.spec.get("tower_version"))
    return list(
        cached.filter(video_id__in=titled.values("video_id")).order_by("video_id").values_list("video_id", flat=True)
    )


def rows_by_part(ids: Sequence[int]) -> dict[Part, list[int]]:
    """Divide videos by the hash of their id; return row numbers. Raises TooLittleError where a part is too small to find in."""
    parts: dict[Part, list[int]] = {"train": [], "validation": [], "test": []}
    for row, video_id in enumerate(ids):
        parts[part_of(f"video {video_id}", seed=0)].append(row)
    if min(len(part) for part in parts.values()) < MIN_POOL:
        raise TooLittleError(
            f"{len(ids)} videos have cached frames; about {round(MIN_POOL / 0.15)} are needed to measure R@1 on"
        )
    return parts


def usable_pairs(
    pairs: Sequence[PreferencePair], recipe: PreferenceRecipe, *, known: Collection[int]
) -> dict[Part, list[PreferencePair]]:
    """Return the pairs of known videos by part of their query; raises TooLittleError with what there is of what is needed."""
    usable = [pair for pair in pairs if pair.better in known and pair.worse in known]
    parts = split_by_query(usable, seed=recipe.seed)
    _check_enough(parts, recipe, num_left_out=len(pairs) - len(usable))
    return parts


def _check_enough(
    parts: Mapping[Part, Sequence[PreferencePair]], recipe: PreferenceRecipe, *, num_left_out: int
) -> None:
    needed: dict[Part, int] = {"train": recipe.min_pairs, "validation": MIN_HELD_OUT_PAIRS, "test": MIN_HELD_OUT_PAIRS}
    have = {
        part: len(parts[part]) if part == "train" else sum(not pair.is_tie for pair in parts[part]) for part in parts
    }
    if all(have[part] >= needed[part] for part in needed):
        return
    counts = ", ".join(f"{have[part]} of {needed[part]} to {verb}" for part, verb in _VERBS.items())
    left_out = f" {num_left_out} more are of videos without cached frames." if num_left_out else ""
    raise TooLittleError(
        f"too few pairs: {counts} ({sum(len(part) for part in parts.values())} in all, divided by query)."
        f" Label or log more, of more queries.{left_out}"
    )
