"""Turn a message and the turns before it into tokens. Pure.

Layout: [CLS] message [SEP] earlier turn [SEP] ... latest earlier turn [SEP]; token types 0 for the message, 1 for earlier turns.

Shape suffixes: B batch, T tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

MAX_EARLIER_TURNS = 4
MAX_EARLIER_TOKENS = 40  # a turn
MAX_MESSAGE_TOKENS = 160


@dataclass(frozen=True)
class Encoded:
    """Hold one text's tokens; `places[t]` is (turn, start, end) in characters, None for special tokens. Turn 0 is the message, 1 the
    oldest earlier turn that is read (`first_earlier` says which it was)."""

    ids: list[int]
    types: list[int]
    places: list[tuple[int, int, int] | None]
    first_earlier: int


@dataclass(frozen=True)
class Batch:
    """Hold padded tensors: ids_BT, types_BT int64; mask_BT, message_BT float32 in {0, 1} (message tokens without special ones)."""

    ids_BT: torch.Tensor  # noqa: N815
    types_BT: torch.Tensor  # noqa: N815
    mask_BT: torch.Tensor  # noqa: N815
    message_BT: torch.Tensor  # noqa: N815


def encode(tokenizer: Any, message: str, earlier: Sequence[str]) -> Encoded:
    """Return the tokens of a message after its `earlier` turns (oldest first); the latest MAX_EARLIER_TURNS are read."""
    first_earlier = max(0, len(earlier) - MAX_EARLIER_TURNS)
    ids, types, places = [tokenizer.cls_token_id], [0], [None]
    result = Encoded(ids, types, list[tuple[int, int, int] | None](places), first_earlier)
    _append(tokenizer, result, message, turn=0, max_tokens=MAX_MESSAGE_TOKENS)
    for number, text in enumerate(earlier[first_earlier:], start=1):
        _append(tokenizer, result, text, turn=number, max_tokens=MAX_EARLIER_TOKENS)
    return result


def _append(tokenizer: Any, encoded: Encoded, text: str, *, turn: int, max_tokens: int) -> None:
    tokens = tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, truncation=True, max_length=max_tokens
    )
    encoded.ids.extend([*tokens["input_ids"], tokenizer.sep_token_id])
    encoded.types.extend([min(turn, 1)] * (len(tokens["input_ids"]) + 1))
    encoded.places.extend([*((turn, start, end) for start, end in tokens["offset_mapping"]), None])


def collate(rows: Sequence[Encoded]) -> Batch:
    """Pad rows to the longest one."""
    length = max(len(row.ids) for row in rows)
    ids_BT = torch.zeros(len(rows), length, dtype=torch.int64)
    types_BT = torch.zeros_like(ids_BT)
    mask_BT = torch.zeros(len(rows), length)
    message_BT = torch.zeros(len(rows), length)
    for index, row in enumerate(rows):
        size = len(row.ids)
        ids_BT[index, :size] = torch.tensor(row.ids)
        types_BT[index, :size] = torch.tensor(row.types)
        mask_BT[index, :size] = 1.0
        message_BT[index, :size] = torch.tensor([float(place is not None and place[0] == 0) for place in row.places])
    return Batch(ids_BT, types_BT, mask_BT, message_BT)
