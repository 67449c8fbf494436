"""Give phrases their text vectors, from the cache table or the model. In workers only: a phrase that is new loads torch."""

import numpy as np
import numpy.typing as npt

from feed.models import PhraseVector
from feed.phrase_keys import phrase_key
from vision.models import ModelVersion
from vision.selectors import OWN_TEXT_PROFILE, text_space


def phrase_vectors(*, phrases: list[str], version: ModelVersion) -> dict[str, npt.NDArray[np.float32]]:
    """Return each phrase's text vector [D] of length 1 in the space of `version`, by the phrase as given."""
    encoder = text_space(version)
    keys = {phrase: phrase_key(phrase) for phrase in phrases}
    known = {
        row.phrase: np.frombuffer(row.vector, dtype="<f4")
        for row in PhraseVector.objects.filter(encoder=encoder, phrase__in=set(keys.values()))
    }
    missing = sorted(set(keys.values()) - known.keys())
    if missing:
        vectors = _encode(missing, version)
        PhraseVector.objects.bulk_create(
            (
                PhraseVector(encoder=encoder, phrase=key, vector=vector.astype("<f4").tobytes())
                for key, vector in zip(missing, vectors, strict=True)
            ),
            ignore_conflicts=True,
        )
        known |= dict(zip(missing, vectors, strict=True))
    return {phrase: known[key] for phrase, key in keys.items()}


def _encode(texts: list[str], version: ModelVersion) -> npt.NDArray[np.float32]:
    if version.profile == OWN_TEXT_PROFILE:
        from vision.encoders import texts_encode

        return texts_encode(version=version, texts=texts)
    from models.backbone import sentence_encoder  # without the video towers, which a chat worker has no use for

    return sentence_encoder().encode(texts)
