"""Train the bundled guard: adapters, hashed letter runs and head together, or the head alone on texts that are read once (head.py).

    manage.py train_guard bundled --talk FILE --out models/guard [--data ../shared/data] [--steps 2000] [--start FILE]

One thread; 2,000 steps of 0.23 s on one free core of 2026 (8 min). `--start` begins with the weights of FILE; with `--steps 0` its head is
fitted anew and the rest stays (6 min). The expected scores stand in models/guard/card.md (`manage.py evaluate safety`). The talk is
harmless feed chat, a message a line. The sentence encoder stays as it is.
"""

import copy
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from models.backbone import sentence_encoder
from safety.guard.batch import collate
from safety.guard.card import write_head
from safety.guard.corpus import SEED, all_texts
from safety.guard.data import LabelledText, lexicon_terms
from safety.guard.detector import load_guard_from, windows_of
from safety.guard.head import HeadRecipe, OnProgress, fit_head, loss_of
from safety.guard.lexicon import Lexicon
from safety.guard.network import GuardNet
from safety.guard.normalise import canonical
from safety.guard.sampler import Sampler, targets
from safety.guard.vocabulary import vocabulary_of
from safety.policy import load_policy

LEARNING_RATE = 6e-4
HEAD_SEED = 7
VERSION = "guard-20261121b"
KEPT = 0.08  # of the start in the mean of its weights and the trained ones: less forgotten (https://arxiv.org/abs/2109.01903)
CALIBRATED = ("ailuminate", "harmbench", "hatecheck", "surge", "lexicon", "patterns", "neighbours", "iard")


def fit(
    net: GuardNet, sampler: Sampler, lexicon: Lexicon, *, num_steps: int, on_progress: OnProgress | None = None
) -> None:
    """Train in place: AdamW, one cycle, bfloat16 where it is safe."""
    encoder = sentence_encoder()
    bert = _half_of(encoder.model)
    optimiser = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=num_steps, pct_start=0.1)
    net.train()
    # The mean of the last third of the run generalises better than its end (https://arxiv.org/abs/1803.05407).
    averaged = torch.optim.swa_utils.AveragedModel(net)
    running = 0.0
    batches = sampler.batches()
    for step in range(num_steps):
        texts, looked_up, labels = zip(*next(batches), strict=True)
        batch = collate(list(texts), encoder.tokenizer, lexicon, list(looked_up))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(bert, batch.tokens, batch.grams, batch.lexicon_BF)
        loss = loss_of(logits.float(), *targets(list(labels)))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step >= num_steps * 2 // 3 and step % 10 == 0:
            averaged.update_parameters(net)
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if on_progress and ((step + 1) % 10 == 0 or step + 1 == num_steps):
            on_progress("training the adapters", step + 1, num_steps, running)
    net.load_state_dict(averaged.module.state_dict())


def _half_of(bert: Any) -> Any:
    """Return a copy with its linear maps in bfloat16: they are frozen, so they need not be cast anew in each step."""
    copied = copy.deepcopy(bert)
    for module in copied.modules():
        if isinstance(module, nn.Linear):
            module.bfloat16()
    return copied


def platt_of(logits: np.ndarray, unsafe: np.ndarray) -> tuple[float, float]:
    """Return (a, b) so that sigmoid(a * logit + b) is calibrated on the given texts, both labels weighing the same."""
    x, y = torch.tensor(logits), torch.tensor(unsafe, dtype=torch.float64)
    weight = torch.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    a, b = (
        torch.ones((), dtype=torch.float64, requires_grad=True),
        torch.zeros((), dtype=torch.float64, requires_grad=True),
    )
    optimiser = torch.optim.LBFGS([a, b], max_iter=100)

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = F.binary_cross_entropy_with_logits(a * x + b, y, weight=weight, reduction="sum")
        loss.backward()
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return float(a.detach()), float(b.detach())


def save(net: GuardNet, lexicon: Lexicon, path: Path, *, platt: tuple[float, float], model_version: str) -> None:
    """Write one safetensors file: fp16 weights and the lexicon's hashes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {key: value.half().contiguous() for key, value in net.state_dict().items()}
    tensors["lexicon"] = torch.from_numpy(lexicon.hashes)
    metadata = {"platt_a": repr(platt[0]), "platt_b": repr(platt[1]), "model_version": model_version}
    save_file(tensors, str(path), metadata=metadata)


def calibrate(path: Path, lexicon: Lexicon, net: GuardNet, texts: list[LabelledText], *, model_version: str) -> None:
    """Fit Platt's numbers on the calibration part with the weights as stored (fp16), and store them beside the weights."""
    save(net, lexicon, path, platt=(1.0, 0.0), model_version=model_version)
    guard = load_guard_from(path, load_policy())
    parts = [text for text in texts if text.part == "calibration" and text.source in CALIBRATED]
    p_unsafe = guard.scores([windows_of([canonical(text.text, guard.vocabulary)])[0] for text in parts])[:, 0]
    logits = np.log(p_unsafe / (1 - p_unsafe))
    platt = platt_of(logits, np.array([text.unsafe for text in parts]))
    save(net, lexicon, path, platt=platt, model_version=model_version)


@dataclass(frozen=True)
class GuardRecipe:
    """One training: how many steps the whole takes (0: all but the head stays as in the start), and how the head alone is fitted."""

    name: str
    num_steps: int
    head: HeadRecipe = HeadRecipe()  # noqa: RUF009  (frozen)
    seed: int = SEED


def train(
    *,
    texts: list[LabelledText],
    lexicon: Lexicon,
    out: Path,
    recipe: GuardRecipe,
    start: Path | None = None,
    model_version: str = VERSION,
    on_progress: OnProgress | None = None,
) -> None:
    """Train all (from `start`, if given) or the head of `start` alone, calibrate, and write the weights to `out`."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    vocabulary = vocabulary_of(sentence_encoder().tokenizer, lexicon)
    sampler = Sampler([text for text in texts if text.part == "train"], vocabulary, SEED)
    net = load_guard_from(start, load_policy()).net if start else GuardNet()
    before = copy.deepcopy(net.state_dict())
    if recipe.num_steps:
        fit(net, sampler, lexicon, num_steps=recipe.num_steps, on_progress=on_progress)
        if start:
            net.load_state_dict({name: before[name].lerp(value, 1 - KEPT) for name, value in net.state_dict().items()})
    else:
        fit_head(net, texts, sampler, lexicon, seed=HEAD_SEED, recipe=recipe.head, on_progress=on_progress)
    calibrate(out / "guard.safetensors", lexicon, net, texts, model_version=model_version)


def train_shipped(
    *,
    data: Path,
    out: Path,
    num_steps: int,
    talk: Path | None = None,
    start: Path | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Train what ships on the shared sets, and write its card beside it."""
    started = time.monotonic()
    texts, lexicon = all_texts(data, talk=talk), Lexicon.from_terms(lexicon_terms(data))
    recipe = GuardRecipe("bundled", num_steps=num_steps)
    train(texts=texts, lexicon=lexicon, out=out, recipe=recipe, start=start, on_progress=on_progress)
    given = f"{f' --start {start.name}' if start else ''}{' --talk FILE' * bool(talk)}"
    command = f"manage.py train_guard bundled --steps {num_steps}{given}"
    write_head(out, command=command, train_s=time.monotonic() - started)
