"""Say under which names a phrase's vector is kept: for those that read the cache as for those that fill it. Never loads a model."""

MAX_PHRASE_CHARS = 200


def phrase_key(phrase: str) -> str:
    """Return how a phrase is spelled in the cache."""
    return " ".join(phrase.casefold().split())[:MAX_PHRASE_CHARS]
