"""Train the bundled guard.

    manage.py train_guard bundled --talk FILE --out models/guard [--data ../shared/data] [--steps 2000] [--start FILE]

One thread; 2,000 steps of 0.35 s on one free core of 2026 (12 min), twice that where the machine is shared. The expected scores stand
in models/guard/card.md, which this command rewrites. FILE: harmless feed chat, a message a line (optional).
Only the adapters, the hashed letter runs and the head are trained; the sentence encoder stays as it is.
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from models.backbone import sentence_encoder
from safety.guard.batch import collate
from safety.guard.card import write_head
from safety.guard.corpus import SEED, all_texts
from safety.guard.data import LabelledText, lexicon_terms
from safety.guard.detector import load_guard_from, windows_of
from safety.guard.disguise import DISGUISES, LOSSY
from safety.guard.lexicon import Lexicon
from safety.guard.network import GuardNet
from safety.guard.normalise import Vocabulary, canonical
from safety.guard.verdict import HAZARDS
from safety.guard.vocabulary import vocabulary_of
from safety.policy import load_policy

NUM_KEPT = 3  # lower layers whose adapters stay as they are when a run goes on from another: a quarter less time
BATCH_SIZE, NUM_SORTED = 32, 6
LEARNING_RATE, LEARNING_RATE_ON = 6e-4, 4e-4
# Share of the draws a source and label, found by hand on the calibration part: harmless neighbours weigh most.
SHARES = {
    ("ailuminate", True): 0.11, ("harmbench", True): 0.03, ("hatecheck", True): 0.07, ("surge", True): 0.08, ("patterns", True): 0.13,
    ("lexicon", True): 0.08, ("groups", True): 0.08, ("widened", True): 0.05, ("hatecheck", False): 0.08, ("surge", False): 0.08,
    ("neighbours", False): 0.17, ("groups", False): 0.13, ("widened", False): 0.05, ("quoted", False): 0.03, ("clinc150", False): 0.04,
    ("iard", False): 0.03, ("internvid", False): 0.09, ("talk", False): 0.14,
}  # fmt: skip
P_DISGUISED, P_EMBEDDED = 0.20, 0.12
P_WORDS_LOST, P_WORD_LOST = 0.5, 0.1  # of the few hundred comments, each met a dozen times
# The lexicon knows its words by hash. Where the network saw them spelled out it learned that whatever is rare is a slur ("show me
# more geckos"), so mostly it sees another word in their place, with the lexicon's answer; and harmless texts carry made-up words.
P_WORD_HIDDEN, P_WORD_MADE_UP = 0.85, 0.2
_ONSETS = ("b", "ch", "d", "f", "g", "j", "k", "kr", "l", "m", "n", "p", "r", "s", "sh", "t", "tr", "v", "w", "y", "z")
_CODAS = ("", "", "n", "k", "m", "sh", "ng", "l", "ff", "g")


class Drawn(NamedTuple):
    """A canonical text as the network reads it, the one that the lexicon is asked about, and the label of both."""

    text: str
    looked_up: str
    label: LabelledText


class Sampler:
    """Draws batches: a source by its share, a text of it, perhaps disguised, perhaps among harmless sentences."""

    def __init__(self, texts: list[LabelledText], vocabulary: Vocabulary, seed: int) -> None:
        self.rng, self.vocabulary = random.Random(seed), vocabulary
        self.by_source: dict[tuple[str, bool], list[LabelledText]] = defaultdict(list)
        for text in texts:
            self.by_source[text.source, text.unsafe].append(text)
        self.keys = [key for key in SHARES if self.by_source[key]]
        self.weights = [SHARES[key] for key in self.keys]

    def draw(self, num: int) -> list[Drawn]:
        """Return `num` texts with their labels."""
        return [self._one(key) for key in self.rng.choices(self.keys, self.weights, k=num)]

    def batches(self) -> Iterator[list[Drawn]]:
        """Yield batches of texts of like length without end: padding costs two thirds of the time otherwise."""
        while True:
            drawn = sorted(self.draw(BATCH_SIZE * NUM_SORTED), key=lambda drawn: len(drawn.text))
            starts = list(range(0, len(drawn), BATCH_SIZE))
            self.rng.shuffle(starts)
            yield from (drawn[start : start + BATCH_SIZE] for start in starts)

    def _one(self, key: tuple[str, bool]) -> Drawn:
        label = self.rng.choice(self.by_source[key])
        text = label.text
        if label.source in ("internvid", "talk") and self.rng.random() < P_WORD_MADE_UP:
            text = self._with_made_up_word(text)
        if label.source == "surge" and self.rng.random() < P_WORDS_LOST:
            text = " ".join(word for word in text.split() if self.rng.random() >= P_WORD_LOST) or text
        if self.rng.random() < P_DISGUISED:
            text = DISGUISES[self.rng.choice(LOSSY)](text, self.rng)
        if self.rng.random() < P_EMBEDDED:
            text = self._embedded(text)
        looked_up = canonical(text, self.vocabulary)
        if label.source == "lexicon" and self.rng.random() < P_WORD_HIDDEN:
            other = self.rng.choice(self.by_source["internvid", False]).group
            return Drawn(canonical(label.text.replace(label.group, other), self.vocabulary), looked_up, label)
        return Drawn(looked_up, looked_up, label)

    def _with_made_up_word(self, text: str) -> str:
        words = text.split()
        words[self.rng.randrange(len(words))] = "".join(self._syllable() for _ in range(self.rng.randint(2, 3)))
        return " ".join(words)

    def _syllable(self) -> str:
        return self.rng.choice(_ONSETS) + self.rng.choice("aeiou") + self.rng.choice(_CODAS)

    def _embedded(self, text: str) -> str:
        around = self.rng.choice(
            self.by_source[self.rng.choice((("neighbours", False), ("iard", False), ("clinc150", False)))]
        ).text
        return f"{around} {text}" if self.rng.random() < 0.6 else f"{text} {around}"


def targets(labels: list[LabelledText]) -> tuple[Tensor, Tensor]:
    """Return targets [B, 13] and weights [B, 13]; hazards that a source does not state weigh nothing."""
    target, weight = torch.zeros(len(labels), 1 + len(HAZARDS)), torch.ones(len(labels), 1 + len(HAZARDS))
    for row, label in enumerate(labels):
        target[row, 0] = float(label.unsafe)
        if label.hazards is None:
            weight[row, 1:] = 0
        for hazard in label.hazards or ():
            target[row, 1 + HAZARDS.index(hazard)] = 1
    return target, weight


def loss_of(logits_BC: Tensor, labels: list[LabelledText]) -> Tensor:
    """Return mean binary cross-entropy: unsafe counts as much as all hazards together; 2 % of every label is doubted."""
    target, weight = targets(labels)
    each = F.binary_cross_entropy_with_logits(logits_BC, target * 0.96 + 0.02, weight=weight, reduction="none")
    return each[:, 0].mean() + 3.0 * each[:, 1:].mean()


def fit(net: GuardNet, sampler: Sampler, lexicon: Lexicon, *, num_steps: int, learning_rate: float) -> None:
    """Train in place: AdamW, one cycle, bfloat16 where it is safe."""
    encoder = sentence_encoder()
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=learning_rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, learning_rate, total_steps=num_steps, pct_start=0.1)
    net.train()
    # The mean of the last third of the run generalises better than its end (https://arxiv.org/abs/1803.05407).
    averaged = torch.optim.swa_utils.AveragedModel(net)
    started, running = time.monotonic(), 0.0
    batches = sampler.batches()
    for step in range(num_steps):
        texts, looked_up, labels = zip(*next(batches), strict=True)
        batch = collate(list(texts), encoder.tokenizer, lexicon, list(looked_up))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(encoder.model, batch.tokens, batch.grams, batch.lexicon_BF)
        loss = loss_of(logits.float(), list(labels))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step >= num_steps * 2 // 3 and step % 10 == 0:
            averaged.update_parameters(net)
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if step % 100 == 0:
            print(f"step {step}/{num_steps} loss {running:.3f} {time.monotonic() - started:.0f} s", flush=True)
    net.load_state_dict(averaged.module.state_dict())


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
    parts = [
        text for text in texts if text.part == "calibration" and text.source not in ("internvid", "clinc150", "talk")
    ]
    p_unsafe = guard.scores([windows_of([canonical(text.text, guard.vocabulary)])[0] for text in parts])[:, 0]
    logits = np.log(p_unsafe / (1 - p_unsafe))
    platt = platt_of(logits, np.array([text.unsafe for text in parts]))
    save(net, lexicon, path, platt=platt, model_version=model_version)


def train(*, data: Path, out: Path, num_steps: int, talk: Path | None = None, start: Path | None = None) -> None:
    """Train (from new adapters, or on from those of `start`), calibrate, and write weights and card to `out`."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    started = time.monotonic()
    encoder = sentence_encoder()
    lexicon = Lexicon.from_terms(lexicon_terms(data))
    texts = all_texts(data, talk=talk)
    print(f"{len(texts)} texts, {time.monotonic() - started:.0f} s")
    net = load_guard_from(start, load_policy()).net if start else GuardNet()
    if start:
        net.layers[:NUM_KEPT].requires_grad_(False)
    sampler = Sampler([text for text in texts if text.part == "train"], vocabulary_of(encoder.tokenizer, lexicon), SEED)
    fit(net, sampler, lexicon, num_steps=num_steps, learning_rate=LEARNING_RATE_ON if start else LEARNING_RATE)
    model_version = f"guard-{SEED}-{num_steps}"
    calibrate(out / "guard.safetensors", lexicon, net, texts, model_version=model_version)
    command = (
        f"manage.py train_guard bundled --steps {num_steps}{' --talk FILE' * bool(talk)}{' --start FILE' * bool(start)}"
    )
    write_head(out, command=command, train_s=time.monotonic() - started)
