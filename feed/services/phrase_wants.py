"""Ask for a phrase's text vector: for the web process, which loads no model. feed.services.phrases embeds what is asked for."""

from functools import partial

from django.db import transaction
from django.utils import timezone

from feed.models import PhraseVector
from feed.phrase_keys import phrase_key
from vision.models import ModelVersion
from vision.selectors import text_space
from workers import dispatch


def phrase_want(*, phrase: str, version: ModelVersion) -> None:
    """Have a worker embed the phrase, unless it is known: the row first, then the message. Loads no model."""
    keys = {"encoder": text_space(version), "phrase": phrase_key(phrase)}
    row, _ = PhraseVector.objects.update_or_create(
        **keys, defaults={"wanted_at": timezone.now()}, create_defaults={**keys, "vector": None}
    )
    if row.vector is None:
        transaction.on_commit(partial(dispatch.phrase_embed, phrase_id=row.pk))
