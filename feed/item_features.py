"""Read what user-to-item knows of a video: its vectors in a model version's space, side by side."""

import numpy as np

from feed.u2i.data import Floats, Ints
from vision.models import ModelVersion
from vision.reindex import binary_rows
from vision.selectors import text_space

HEAD_BYTES = 4  # of a halfvec as PostgreSQL sends it: the number of dims, and nothing

_READ = """
SELECT x.video_id, halfvec_send(x.video_vec), halfvec_send(t.vec) FROM vision_videovector x
JOIN vision_titlevector t ON t.video_id = x.video_id AND t.text_space = %s
WHERE x.model_version_id = %s AND x.video_id = ANY(%s) ORDER BY x.video_id
"""


def item_features(*, version: ModelVersion, video_ids: list[int]) -> tuple[Ints, Floats]:
    """Return (ids [N], float32 [N, 2 * dims]) of those videos that have vectors of the version, by id: what is seen, what is said."""
    rows = binary_rows(_READ, [text_space(version), version.pk, video_ids])
    seen_ND, said_ND = (halfvecs([row[column] for row in rows], version.dims) for column in (1, 2))
    return np.array([row[0] for row in rows], dtype=np.int64), np.concatenate([seen_ND, said_ND], axis=1)


def halfvecs(sent: list[bytes], num_dims: int) -> Floats:
    """Return what `halfvec_send` gave as float32 [N, num_dims]."""
    joined = np.frombuffer(b"".join(sent), dtype=np.uint8).reshape(len(sent), HEAD_BYTES + 2 * num_dims)
    return np.ascontiguousarray(joined[:, HEAD_BYTES:]).view(">f2").astype(np.float32)
