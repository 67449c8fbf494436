"""Tell how much a phrase is about something that the catalogue has nothing of: the other side of "no good match". No torch.

A cosine says little alone: "karaoke" lies as near to a clip of a concert as "big apple" to one of New York. So a phrase is also held
against four thousand everyday words (every second of the 8,000 most frequent whole words of the sentence encoder's own vocabulary), less
those that a tag of the catalogue says as well: the nearer it is to some of what is left, the less is it about what is here. The words'
vectors are shipped (models/background); `python -m vision.clip.background` writes them anew. Measured in vision/words.py.
"""

from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from vision.models import ModelVersion, TagVector
from vision.selectors import SENTENCE_SPACE, text_space

WORDS_FILE = Path(__file__).resolve().parent.parent / "models" / "background" / "words.safetensors"
TAG_SAYS_IT = 0.7  # cosine from which a tag covers a word; .65 to .75 give the same within a query or two
NUM_NEAREST = 5

Vectors = npt.NDArray[np.float32]


def elsewhere(*, version: ModelVersion, vector: Vectors) -> float | None:
    """Return the mean cosine [-1, 1] of a phrase's vector [D] with the 5 nearest words that are not the catalogue's.

    None where the version reads texts by another encoder than the words' one, or no words are shipped.
    """
    if text_space(version) != SENTENCE_SPACE or not WORDS_FILE.is_file():
        return None
    tags = TagVector.objects.filter(model_version=version)
    foreign_WD = _foreign(version.pk, tags.count(), WORDS_FILE)
    if len(foreign_WD) < NUM_NEAREST:
        return None
    return float(np.sort(foreign_WD @ vector)[-NUM_NEAREST:].mean())


@lru_cache(maxsize=1)
def _words(file: Path) -> Vectors:
    return load_file(file)["vectors"].astype(np.float32)


@lru_cache(maxsize=2)
def _foreign(version_id: int, num_tags: int, file: Path) -> Vectors:
    """Return the words [W, D] that no tag says; tags are only ever added, so their number tells whether they changed."""
    words_WD = _words(file)
    rows = TagVector.objects.filter(model_version_id=version_id).values_list("vec", flat=True)
    if not rows:
        return words_WD
    tags_TD = np.array([np.asarray(vec, dtype=np.float32) for vec in rows])
    return words_WD[(words_WD @ tags_TD.T).max(1) < TAG_SAYS_IT]
