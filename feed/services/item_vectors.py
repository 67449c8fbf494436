"""Write videos' item vectors under user-to-item versions, from the vectors that the videos have. Needs no torch.

Rows that are there are not written again, so it may be called by anybody at any time: by a release, after an ingest, by the sweep.
"""

import logging
from collections.abc import Callable

from django.db import connection, transaction

from feed.item_features import item_features
from feed.models import U2iVersion
from feed.ranking.tastes import LearnedTaste
from feed.u2i_selectors import NoTowersError, items_missing, live_u2i, towers_of
from vision.models import ModelVersion
from vision.reindex import copy_bytes, rows_stage

logger = logging.getLogger(__name__)

BATCH = 2_000  # videos a transaction

_WRITE = """
INSERT INTO feed_itemvector (video_id, u2i_version_id, vec)
SELECT r.video_id, %s, r.vec FROM release_rows r JOIN vision_video d ON d.id = r.video_id ON CONFLICT DO NOTHING
"""  # a video that was deleted meanwhile is not in the join


def item_vectors_write(*, version: U2iVersion, told: Callable[[int], None] = lambda _: None) -> int:
    """Write what the version lacks, a batch a transaction; return how many. `told` hears of each batch. Raises NoTowersError."""
    missing = items_missing(version)
    for at in range(0, len(missing), BATCH):
        batch = missing[at : at + BATCH]
        _write_batch(version, batch)
        told(len(batch))
    return len(missing)


def item_vectors_complete(*, model_version: ModelVersion | None = None) -> None:
    """Write what the live versions lack (those of one model version, where it is given); one whose file is gone is left out."""
    for version in live_u2i(model_version):
        try:
            item_vectors_write(version=version)
        except NoTowersError as error:
            logger.warning("no new item vectors: %s", error)


def _write_batch(version: U2iVersion, video_ids: list[int]) -> None:
    taste = LearnedTaste(towers_of(version))
    ids_N, features_NF = item_features(version=version.model_version, video_ids=video_ids)
    copied = copy_bytes(ids_N, taste.items(ids_N, features_NF))
    with transaction.atomic(), connection.cursor() as cursor:
        rows_stage(cursor, copied)
        cursor.execute(_WRITE, [version.pk])
