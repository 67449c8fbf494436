"""Find neighbours in the space where a viewer's vector lives: the videos' own, or a user-to-item version's. In workers; needs no torch."""

import logging
from dataclasses import dataclass, field

import numpy as np
from django.db import connection, transaction

from feed.item_features import halfvecs, item_features
from feed.models import U2iVersion
from feed.ranking.tastes import LearnedTaste, MeanTaste, Taste
from feed.sources.steer_search import EF_SEARCH, vector_literal
from feed.u2i.data import Floats, Ints
from feed.u2i_selectors import NoTowersError, item_graphs, serving_u2i, towers_of
from vision.indexes import Graph, graphs_of
from vision.models import ModelVersion
from vision.reindex import binary_rows

logger = logging.getLogger(__name__)

NEAR_LIMIT = 150  # an index


@dataclass(frozen=True)
class VideoSpace:
    """What is seen and what is said, side by side, in a model version's space."""

    version: ModelVersion
    taste: Taste = field(default_factory=MeanTaste)
    u2i: U2iVersion | None = None

    def vectors(self, video_ids: list[int]) -> tuple[Ints, Floats]:
        """Return the videos' features."""
        return item_features(version=self.version, video_ids=video_ids)

    def near(self, vector_D: Floats) -> list[int]:
        """Return what lies near what the viewer's videos show, and near what they say."""
        halves = zip(graphs_of(self.version).values(), np.split(vector_D, 2), strict=True)
        return sorted({video_id for graph, half_D in halves for video_id in _nearest(graph, half_D)})


@dataclass(frozen=True)
class ItemSpace:
    """The space of a user-to-item version."""

    u2i: U2iVersion
    taste: Taste

    def vectors(self, video_ids: list[int]) -> tuple[Ints, Floats]:
        """Return the videos' item vectors."""
        rows = binary_rows(_ITEMS, [self.u2i.pk, video_ids])
        return np.array([row[0] for row in rows], dtype=np.int64), halfvecs([row[1] for row in rows], self.u2i.dims)

    def near(self, vector_D: Floats) -> list[int]:
        """Return the videos nearest to the viewer."""
        (graph,) = item_graphs(self.u2i).values()
        return _nearest(graph, vector_D, limit=2 * NEAR_LIMIT)


Space = VideoSpace | ItemSpace  # where viewers and videos are compared by the dot product


def space_of(version: ModelVersion, u2i: U2iVersion | None = None) -> Space:
    """Return the space of a user-to-item version, by default of that which serves; the videos' own where there is none."""
    chosen = u2i or serving_u2i(version)
    if chosen is None:
        return VideoSpace(version)
    try:
        return ItemSpace(chosen, LearnedTaste(towers_of(chosen)))
    except NoTowersError as error:
        logger.warning("the mean of what was liked stands in: %s", error)
        return VideoSpace(version)


_ITEMS = """
SELECT video_id, halfvec_send(vec) FROM feed_itemvector WHERE u2i_version_id = %s AND video_id = ANY(%s) ORDER BY video_id
"""


def _nearest(graph: Graph, vector_D: Floats, *, limit: int = NEAR_LIMIT) -> list[int]:
    """Return the nearest by an index, whose condition and width are literals: else it would not match."""
    width = f"::halfvec({graph.dims})"
    statement = (
        f"SELECT video_id FROM {graph.table} WHERE {graph.where} ORDER BY {graph.column}{width} <=> %s{width} LIMIT %s"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL hnsw.ef_search = {EF_SEARCH}; SET LOCAL hnsw.iterative_scan = strict_order")
        cursor.execute(statement, [vector_literal(vector_D), limit])
        return [video_id for (video_id,) in cursor.fetchall()]
