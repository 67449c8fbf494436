"""Read which pairs of a campaign could be asked: of each query the top of its search and the near misses after it. Torch-free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from labelling.measures.selection import Floats, Ints, features, is_near_identical
from labelling.models import Campaign, CampaignQuery, Question
from vision.clip.preference_pairs import part_of
from vision.clip.preference_recipes import stage2
from vision.index import search
from vision.models import ModelVersion
from vision.selectors import video_vectors
from vision.text_maps import as_seen

FIRST_RESULTS = 12  # what the simulated people of the study were shown too
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Candidates:
    """P pairs that could be asked: the query's row id, the videos (lower id first), what the small model reads [P, F].

    `is_tuned_on` [P]: the query's answers are trained on; others are measured on, and their pairs are always drawn evenly.
    """

    query_ids: Ints
    first_ids: Ints
    second_ids: Ints
    features: Floats
    is_tuned_on: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.query_ids)

    def rows(self, row_B: Ints) -> "Candidates":
        """Return the chosen pairs, in that order."""
        columns = (self.query_ids, self.first_ids, self.second_ids)
        query_ids, first_ids, second_ids = (column[row_B] for column in columns)
        return Candidates(query_ids, first_ids, second_ids, self.features[row_B], self.is_tuned_on[row_B])


def is_tuned_on(query: str) -> bool:
    """Return whether preference stage 2 trains on this query's answers; those of the others choose its step or are reported."""
    return part_of(query, seed=stage2().seed) == "train"


def candidates_of(*, campaign: Campaign, version: ModelVersion, vectors: Mapping[str, Vector]) -> Candidates:
    """Return what is neither asked already nor near twins; `vectors` are the queries' text vectors [D] by text."""
    queries = list(CampaignQuery.objects.filter(campaign=campaign).order_by("pk"))
    asked = set(Question.objects.filter(query__campaign=campaign).values_list("query_id", "first_id", "second_id"))
    found: list[tuple[int, int, int]] = []
    told: list[tuple[Vector, bool]] = []
    for query in queries:
        hits = search(
            vectors[query.text], limit=FIRST_RESULTS, text_query=query.text, with_moments=False, version=version
        )
        pairs = [(query.pk, *pair) for pair in combinations(sorted(hit.video_id for hit in hits), 2)]
        open_pairs = [pair for pair in pairs if pair not in asked]
        found += open_pairs
        told += [(vectors[query.text], is_tuned_on(query.text))] * len(open_pairs)
    return _without_twins(found, told, version)


def _without_twins(
    found: Sequence[tuple[int, int, int]], told: Sequence[tuple[Vector, bool]], version: ModelVersion
) -> Candidates:
    ids = {video_id for _, *pair in found for video_id in pair}
    seen = video_vectors(video_ids=ids, version=version)
    kept = [(row, at) for at, row in enumerate(found) if row[1] in seen and row[2] in seen]
    if not kept:
        nobody = np.zeros(0, dtype=np.int64)
        return Candidates(nobody, nobody, nobody, np.zeros((0, 1)), nobody.astype(np.bool_))
    query_ids, first_ids, second_ids = (
        np.array(column, dtype=np.int64) for column in zip(*(r for r, _ in kept), strict=True)
    )
    first_PD, second_PD = (np.stack([seen[pk] for pk in ids_P.tolist()]) for ids_P in (first_ids, second_ids))
    text_PD = as_seen(version=version, vectors=np.stack([told[at][0] for _, at in kept]))
    is_tuned = np.array([told[at][1] for _, at in kept], dtype=np.bool_)
    every = Candidates(query_ids, first_ids, second_ids, features(text_PD, first_PD, second_PD), is_tuned)
    return every.rows(np.flatnonzero(~is_near_identical(first_PD, second_PD)))
