"""The bundled guard: load the shipped weights, judge texts."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open

from models.backbone import sentence_encoder
from safety.guard.batch import collate
from safety.guard.lexicon import Lexicon
from safety.guard.network import GuardNet
from safety.guard.normalise import views
from safety.guard.shipped import WEIGHTS
from safety.guard.verdict import HAZARDS, ROLES, GuardVerdict
from safety.guard.vocabulary import vocabulary_of
from safety.policy import Policy, load_policy

# A window is about MAX_TOKENS; the stride leaves 24 words in two windows, so that no sentence is only ever cut.
WINDOW_WORDS, STRIDE_WORDS = 72, 48


class Guard:
    """Judges one text at a time; holds the adapters and shares the process's sentence encoder."""

    def __init__(
        self,
        *,
        net: GuardNet,
        encoder: Any,
        lexicon: Lexicon,
        platt: tuple[float, float],
        model_version: str,
        policy: Policy,
    ) -> None:
        self.net, self.encoder, self.lexicon, self.platt, self.policy = net.eval(), encoder, lexicon, platt, policy
        self.model_version = model_version
        self.vocabulary = vocabulary_of(encoder.tokenizer, lexicon)

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Judge `text` on its way as `role`; the worst of its windows and hidden readings counts. Unknown roles raise ValueError."""
        if role not in ROLES:
            raise ValueError(f"role {role!r} is none of {', '.join(ROLES)}")
        score, p_hazard = self._worst(windows_of(views(text, self.vocabulary)))
        verdict, hazards = self.policy.judge(score=score, p_hazard=p_hazard, role=role)
        return GuardVerdict(verdict, hazards, score, self.model_version, p_hazard)

    def scores(self, texts: list[str], *, batch_size: int = 32) -> np.ndarray:
        """Return calibrated probabilities [N, 13] (unsafe, then each hazard) of canonical single-window texts."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        out = np.zeros((len(texts), 1 + len(HAZARDS)), dtype=np.float64)
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            out[rows] = self._batch_scores([texts[row] for row in rows])
        return out

    def _worst(self, texts: list[str]) -> tuple[float, dict[str, float]]:
        rows = self.scores(texts)
        worst = rows[rows[:, 0].argmax()]
        return float(worst[0]), {hazard: round(float(p), 4) for hazard, p in zip(HAZARDS, worst[1:], strict=True)}

    @torch.inference_mode()
    def _batch_scores(self, texts: list[str]) -> np.ndarray:
        batch = collate(texts, self.encoder.tokenizer, self.lexicon)
        logits = self.net(self.encoder.model, batch.tokens, batch.grams, batch.lexicon_BF).double().numpy()
        logits[:, 0] = self.platt[0] * logits[:, 0] + self.platt[1]
        return 1 / (1 + np.exp(-logits))


def windows_of(texts: list[str]) -> list[str]:
    """Cut texts longer than a window into overlapping windows, so that nothing hides behind length."""
    found = []
    for text in texts:
        words = text.split()
        starts = range(0, max(1, len(words) - WINDOW_WORDS + STRIDE_WORDS), STRIDE_WORDS)
        found += [" ".join(words[start : start + WINDOW_WORDS]) for start in starts]
    return found


def load_guard_from(path: Path, policy: Policy) -> Guard:
    """Load a guard from one safetensors file (fp16 weights, the lexicon's hashes, Platt's two numbers in the metadata)."""
    with safe_open(str(path), framework="pt") as stored:
        tensors = {key: stored.get_tensor(key) for key in stored.keys()}  # noqa: SIM118  (not a dict)
        metadata = stored.metadata()
    lexicon = Lexicon(tensors.pop("lexicon").numpy())
    net = GuardNet()
    net.load_state_dict({key: value.float() for key, value in tensors.items()})
    platt = (float(metadata["platt_a"]), float(metadata["platt_b"]))
    return Guard(
        net=net,
        encoder=sentence_encoder(),
        lexicon=lexicon,
        platt=platt,
        model_version=metadata["model_version"],
        policy=policy,
    )


@lru_cache(maxsize=1)
def load_bundled_guard() -> Guard:
    """Return this process's one bundled guard. Call it after the fork."""
    return load_guard_from(WEIGHTS, load_policy())
