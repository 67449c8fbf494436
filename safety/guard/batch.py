"""Turn canonical texts into the network's inputs."""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from safety.guard.features import bucket_ids
from safety.guard.lexicon import Lexicon

MAX_TOKENS = 96


class Batch(NamedTuple):
    """Inputs of GuardNet: tokens padded to the longest text, (bucket ids, offsets), lexicon features [B, 3]."""

    tokens: dict[str, Tensor]
    grams: tuple[Tensor, Tensor]
    lexicon_BF: Tensor  # noqa: N815  (shape suffix)


def collate(texts: list[str], tokenizer: Any, lexicon: Lexicon, looked_up: list[str] | None = None) -> Batch:
    """Tokenise and hash canonical `texts`; what exceeds MAX_TOKENS is cut, so cut long texts into windows before.

    `looked_up`: what the lexicon is asked about in their place (training only).
    """
    encoded = tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    tokens = {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"]}
    buckets = [bucket_ids(text) for text in texts]
    offsets = torch.tensor([0] + [len(ids) for ids in buckets[:-1]]).cumsum(0)
    flat = torch.tensor([bucket for ids in buckets for bucket in ids])
    features = [lexicon.features(text) for text in looked_up or texts]
    return Batch(tokens, (flat, offsets), torch.tensor(features, dtype=torch.float32))
