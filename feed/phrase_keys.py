"""Say under which names a phrase's vector is kept: for those that read the cache as for those that fill it. Never loads a model."""

from vision.models import ModelVersion

MAX_PHRASE_CHARS = 200
OWN_SPACE = "open"  # the profile whose videos do not share the sentence encoder's space


def encoder_name(version: ModelVersion) -> str:
    """Return the encoder of a version's phrase vectors: versions that share the sentence encoder's space share them."""
    return version.slug if version.profile == OWN_SPACE else "sentence"


def phrase_key(phrase: str) -> str:
    """Return how a phrase is spelled in the cache."""
    return " ".join(phrase.casefold().split())[:MAX_PHRASE_CHARS]
