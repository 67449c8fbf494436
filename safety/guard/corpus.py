"""Gather all labelled texts that the guard is trained, calibrated and measured on; each knows its part (data.py)."""

from pathlib import Path

from models.backbone import sentence_encoder
from safety.guard.data import LabelledText, lexicon_texts, own_texts, shared_texts, talk_texts
from safety.guard.recombine import recombined_texts

SEED = 20261120
NUM_PER_PATTERN = 40


def all_texts(data: Path, *, talk: Path | None = None) -> list[LabelledText]:
    """Return the texts of every source; the same files give the same list. `talk`: harmless chat, a message a line."""
    texts = shared_texts(data, sentence_encoder().encode) + lexicon_texts(data) + recombined_texts(data, seed=SEED)
    texts += own_texts(num_per_pattern=NUM_PER_PATTERN, seed=SEED)
    return texts + (talk_texts(talk) if talk else [])
