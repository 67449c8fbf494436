"""Make many vectors that lie as the sentence encoder's do: real phrases of the demo's scenes, and mixtures between them.

Uniform noise would be no test of a graph index: there all neighbours are equally far. Here a query has near ones, as a title has.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.backbone import sentence_encoder
from vision.scenes.catalogue import training_specs

Vectors = npt.NDArray[np.float32]

SECOND_SHARE = 0.5  # of a second phrase, at most: a clip is about more than one thing
NOISE = 0.35


@lru_cache(maxsize=2)
def phrases(count: int, seed: int = 5) -> Vectors:
    """Return float32 [count, 384] of length 1: captions of random scenes, embedded by the shipped encoder."""
    captions = [spec.caption for spec in training_specs(seed, count, twins=1)]
    return sentence_encoder().encode(captions)


def cloud(count: int, *, num_phrases: int, seed: int = 1) -> Vectors:
    """Return float32 [count, 384] of length 1: a phrase, some of another one, and noise of the phrases' own covariance."""
    base, rng = phrases(num_phrases), np.random.default_rng(seed)
    spread = base - base.mean(0)
    first, second = rng.integers(0, len(base), (2, count))
    share = rng.uniform(0, SECOND_SHARE, (count, 1)).astype(np.float32)
    noise = np.empty((count, base.shape[1]), np.float32)
    for start in range(0, count, 5_000):
        mix = rng.normal(size=(min(5_000, count - start), len(base))).astype(np.float32)
        noise[start : start + len(mix)] = mix @ spread
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return unit(base[first] + share * base[second] + NOISE * noise)


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Return the rows at length 1."""
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def exact(vectors_ND: Vectors, queries_QD: Vectors, limit: int) -> npt.NDArray[np.int64]:
    """Return the rows of the nearest by cosine [Q, limit], nearest first."""
    cosine_QN = queries_QD @ vectors_ND.T
    near_QL = np.argpartition(-cosine_QN, limit, axis=1)[:, :limit]
    return np.take_along_axis(near_QL, np.argsort(-np.take_along_axis(cosine_QN, near_QL, 1), axis=1), 1)


def recall(found: list[list[int]], truth: list[list[int]]) -> float:
    """Return the mean share of the true rows that were found."""
    return float(np.mean([len(set(some) & set(all_)) / len(all_) for some, all_ in zip(found, truth, strict=True)]))
