"""Tell whether a phrase is about something that the catalogue has at all: the other side of "no good match". No torch.

A cosine says little alone: "karaoke" lies as near to a clip of a concert as "big apple" to one of New York. So a phrase is also held
against 657 topics that videos are about everywhere, whether this catalogue has them or not. A topic that a tag says is covered; a phrase
that lies close to a topic, among topics that no tag says, asks for what is not here. The list and its vectors are shipped
(models/background); `python -m vision.clip.background` writes the vectors anew. Measured in vision/words.py.

Shape suffixes: W topics, T tags, D the space's width.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from vision.models import ModelVersion, TagVector
from vision.selectors import SENTENCE_SPACE, text_space
from vision.words import Around

TOPICS_FILE = Path(__file__).resolve().parent.parent / "models" / "background" / "topics.safetensors"
NUM_NEAREST = 8
SOFTNESS = 0.1  # a topic that is this much farther than the nearest (cosine) weighs 1/e of it; .06 to .2 give the same within two queries

Vectors = npt.NDArray[np.float32]


def topics_around(*, version: ModelVersion, vector: Vectors) -> Around | None:
    """Return where a phrase's vector [D] lies among the topics.

    None where the version reads texts by another encoder than the topics', no topics are shipped, or nothing is tagged.
    """
    if text_space(version) != SENTENCE_SPACE or not TOPICS_FILE.is_file():
        return None
    num_tags = TagVector.objects.filter(model_version=version).count()
    if not num_tags:
        return None
    cosine_W = _topics(TOPICS_FILE) @ vector
    nearest = np.argsort(-cosine_W, kind="stable")[:NUM_NEAREST]
    weight = np.exp((cosine_W[nearest] - cosine_W[nearest[0]]) / SOFTNESS)
    covered = float(weight @ _covered(version.pk, num_tags, TOPICS_FILE)[nearest] / weight.sum())
    return Around(float(cosine_W[nearest[0]]), covered)


@lru_cache(maxsize=1)
def _topics(file: Path) -> Vectors:
    return load_file(file)["vectors"].astype(np.float32)


@lru_cache(maxsize=2)
def _covered(version_id: int, num_tags: int, file: Path) -> Vectors:
    """Return the cosine of each topic with the tag that says it best [W]; tags are only ever added, so their number tells of changes."""
    rows = TagVector.objects.filter(model_version_id=version_id).values_list("vec", flat=True)
    tags_TD = np.array([np.asarray(vec, dtype=np.float32) for vec in rows])
    covered_W: Vectors = (_topics(file) @ tags_TD.T).max(1)
    return covered_W
