"""Give phrases their text vectors, from the cache table or the model. In workers only: a phrase that is new loads torch."""

import numpy as np
import numpy.typing as npt

from feed.models import PhraseVector
from feed.phrase_keys import phrase_key
from vision.models import ModelVersion
from vision.selectors import OWN_TEXT_PROFILE, serving_version, text_space


def phrase_vectors(*, phrases: list[str], version: ModelVersion) -> dict[str, npt.NDArray[np.float32]]:
    """Return each phrase's text vector [D] of length 1 in the space of `version`, by the phrase as given."""
    encoder = text_space(version)
    keys = {phrase: phrase_key(phrase) for phrase in phrases}
    known = {
        row.phrase: np.frombuffer(row.vector or b"", dtype="<f4")
        for row in PhraseVector.objects.filter(encoder=encoder, phrase__in=set(keys.values()), vector__isnull=False)
    }
    missing = sorted(set(keys.values()) - known.keys())
    if missing:
        vectors = _encode(missing, version)
        PhraseVector.objects.bulk_create(
            (
                PhraseVector(encoder=encoder, phrase=key, vector=vector.astype("<f4").tobytes())
                for key, vector in zip(missing, vectors, strict=True)
            ),
            update_conflicts=True,
            unique_fields=["encoder", "phrase"],
            update_fields=["vector"],
        )
        known |= dict(zip(missing, vectors, strict=True))
    return {phrase: known[key] for phrase, key in keys.items()}


def phrase_embed(*, phrase_id: int) -> None:
    """Embed a phrase that waits; one of an encoder that serves no more is forgotten, and who still wants it asks anew."""
    row = PhraseVector.objects.filter(pk=phrase_id, vector=None).first()
    version = serving_version()
    if row is None:
        return
    if version is None or text_space(version) != row.encoder:
        row.delete()
        return
    phrase_vectors(phrases=[row.phrase], version=version)


def _encode(texts: list[str], version: ModelVersion) -> npt.NDArray[np.float32]:
    if version.profile == OWN_TEXT_PROFILE:
        from vision.encoders import texts_encode

        return texts_encode(version=version, texts=texts)
    from models.backbone import sentence_encoder  # without the video towers, which a chat worker has no use for

    return sentence_encoder().encode(texts)
