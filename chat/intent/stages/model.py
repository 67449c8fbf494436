"""Load one stage's network over the process's shared encoder and run it on a message. Pure.

Shape suffixes: T tokens, C classes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from chat.intent.stages.network import StageNetwork, load_network
from chat.intent.stages.text import Encoded, collate, encode
from models.backbone import sentence_encoder


@dataclass(frozen=True)
class Output:
    """Hold what the heads said of one text: probabilities p_TC for token heads, p_C for message heads, and the tokens' places."""

    encoded: Encoded
    token: dict[str, torch.Tensor]
    message: dict[str, torch.Tensor]


class StageModel:
    """One stage's network with its version: the stage's name and the first signs of its weights' sha256."""

    def __init__(self, stage: str, path: Path) -> None:
        self._backbone = sentence_encoder()
        self._network: StageNetwork
        self._network, self.metadata = load_network(self._backbone.model, path)
        with path.open("rb") as weights:
            self.version = f"{stage}-{hashlib.file_digest(weights, 'sha256').hexdigest()[:10]}"

    @torch.no_grad()
    def read(
        self, texts: Sequence[tuple[str, Sequence[str]]], *, features: Sequence[Sequence[float]] | None = None
    ) -> list[Output]:
        """Run the network once on all `texts`, each a message with its earlier turns, oldest first."""
        rows = [encode(self._backbone.tokenizer, message, earlier) for message, earlier in texts]
        logits = self._network(collate(rows), None if features is None else torch.tensor(features))
        spec = self._network.spec
        return [
            Output(
                encoded=row,
                token={name: logits[name][index, : len(row.ids)].softmax(-1) for name in spec.token},
                message={name: logits[name][index].softmax(-1) for name in spec.message},
            )
            for index, row in enumerate(rows)
        ]


def shares(p_C: torch.Tensor, names: Sequence[str]) -> dict[str, float]:
    """Return the probabilities by class name, rounded to 4 places."""
    return {name: round(float(p), 4) for name, p in zip(names, p_C, strict=True)}
