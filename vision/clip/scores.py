"""Score retrieval: ranks, recall, accuracy an attribute. Pure.

Shape suffixes: N clips (text n belongs to video n), D the space's width, P pairs.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vision.scenes.spec import SceneSpec

Floats = npt.NDArray[np.float32]

ATTRIBUTES = ("palette", "pace", "camera", "subject", "count", "event")


def ranks(video_ND: npt.ArrayLike, text_ND: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return each text's rank of its own video [N], 0 the best; ties count against."""
    score_NN = np.asarray(text_ND) @ np.asarray(video_ND).T
    return (score_NN >= np.diagonal(score_NN)[:, None]).sum(1) - 1


def recall(rank_N: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return R@1, R@5, R@10 and the mean reciprocal rank."""
    found = {f"R@{k}": float((rank_N < k).mean()) for k in (1, 5, 10)}
    return {**found, "MRR": float((1 / (rank_N + 1)).mean())}


def twin_pairs(specs: Sequence[SceneSpec]) -> dict[str, list[tuple[int, int]]]:
    """Return, an attribute, the ordered pairs of clips of one layout that differ in that attribute alone."""
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in ATTRIBUTES}
    by_layout: dict[tuple[str, int], list[int]] = {}
    for index, spec in enumerate(specs):
        by_layout.setdefault((spec.family, spec.seed), []).append(index)
    for members in by_layout.values():
        for left in members:
            for right in members:
                changed = [name for name in ATTRIBUTES if getattr(specs[left], name) != getattr(specs[right], name)]
                if len(changed) == 1:
                    found[changed[0]].append((left, right))
    return found


def attribute_accuracy(specs: Sequence[SceneSpec], video_ND: Floats, text_ND: Floats) -> dict[str, tuple[float, int]]:
    """Return, an attribute, how often a text is nearer to its own video than to the near-twin, and of how many; chance is .5."""
    score_NN = text_ND @ video_ND.T
    return {
        name: (float(np.mean([score_NN[left, left] > score_NN[left, right] for left, right in pairs])), len(pairs))
        for name, pairs in twin_pairs(specs).items()
        if pairs
    }


def wrong_attributes(specs: Sequence[SceneSpec], video_ND: Floats, text_ND: Floats) -> dict[str, int]:
    """Return what the first result has wrong, over the queries whose own video is not first."""
    best_N = (text_ND @ video_ND.T).argmax(1)
    counts: dict[str, int] = {}
    for index, best in enumerate(best_N):
        if specs[best].caption == specs[index].caption:
            continue
        changed = [name for name in ATTRIBUTES if getattr(specs[best], name) != getattr(specs[index], name)]
        kind = "another family" if specs[best].family != specs[index].family else " and ".join(changed[:2]) or "layout"
        counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda row: -row[1]))
