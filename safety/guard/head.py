"""Fit the guard's head anew on what its encoder reads in many texts; the encoder's adapters stay as they are.

A training run spends nearly all its time in the encoder. Here each text is read once, and the head, two small maps, meets it dozens of
times: 15,000 texts are read in 3 min of one core of 2026, the fit takes 20 s. More kinds of text weigh more than deeper training: LOG.md.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from models.backbone import sentence_encoder
from safety.guard.batch import collate
from safety.guard.data import LabelledText
from safety.guard.lexicon import Lexicon
from safety.guard.network import GuardNet
from safety.guard.normalise import canonical
from safety.guard.sampler import SHARES, Drawn, Sampler, targets

# Of each source and label at most so many texts are read as they are written; sources that are not named, whole.
MOST = {
    "groups": 4000, "comments": 1200, "widened": 900, "quoted": 900, "slurred": 600, "neighbours": 1600, "patterns": 1600, "lexicon": 500,
    "talk": 1200, "internvid": 800, "clinc150": 500, "iard": 400,
}  # fmt: skip
BATCH_SIZE, LEARNING_RATE = 256, 1e-3
REPORT_EVERY = 20  # steps between two calls of on_progress
_READ_AT_ONCE = 48
Reading = tuple[Tensor, Tensor, Tensor]  # GuardNet.read of each text
OnProgress = Callable[[str, int, int, float | None], None]  # what is being done, how much of it, of how much, loss


@dataclass(frozen=True)
class HeadRecipe:
    """How the head is fitted. `num_drawn` texts are read as the sampler draws them: disguised, embedded, the lexicon's words hidden.

    `max_each` bounds the texts of a source and label further than MOST does. A head that is not fresh goes on from where it is.
    """

    num_steps: int = 1200
    num_drawn: int = 3000
    max_each: int = 10_000
    is_fresh: bool = True


def fit_head(
    net: GuardNet,
    texts: list[LabelledText],
    sampler: Sampler,
    lexicon: Lexicon,
    *,
    seed: int,
    recipe: HeadRecipe = HeadRecipe(),
    on_progress: OnProgress | None = None,
) -> None:
    """Replace the head's weights in place; only the training part of `texts` is read."""
    chosen = [text for text in as_written(texts, seed=seed, max_each=recipe.max_each) if text.part == "train"]
    plain = [Drawn(canonical(text.text, sampler.vocabulary), "", text) for text in chosen]
    drawn = [one._replace(looked_up=one.text) for one in plain] + sampler.draw(recipe.num_drawn)
    fit_on(net, read_all(net, drawn, lexicon, on_progress), [one.label for one in drawn], recipe, on_progress)


def as_written(texts: list[LabelledText], *, seed: int, max_each: int) -> list[LabelledText]:
    """Return at most MOST texts of each source and label, and at most `max_each`."""
    rng = random.Random(seed)
    by_kind: dict[tuple[str, bool], list[LabelledText]] = defaultdict(list)
    for text in texts:
        by_kind[text.source, text.unsafe].append(text)
    chosen = []
    for (source, _), its in by_kind.items():
        most = min(MOST.get(source, len(its)), max_each)
        chosen += its if len(its) <= most else rng.sample(its, most)
    return chosen


@torch.inference_mode()
def read_all(net: GuardNet, drawn: list[Drawn], lexicon: Lexicon, on_progress: OnProgress | None = None) -> Reading:
    """Return what the network reads in each text, in order."""
    encoder, order = sentence_encoder(), sorted(range(len(drawn)), key=lambda row: len(drawn[row].text))
    net.eval()
    parts = []
    for start in range(0, len(order), _READ_AT_ONCE):
        some = [drawn[row] for row in order[start : start + _READ_AT_ONCE]]
        batch = collate([one.text for one in some], encoder.tokenizer, lexicon, [one.looked_up for one in some])
        parts.append(net.read(encoder.model, batch.tokens, batch.grams, batch.lexicon_BF))
        if on_progress:
            on_progress("reading texts", start + len(some), len(order), None)
    back = torch.tensor(order).argsort()
    pooled, grams, hits = (torch.cat(part)[back] for part in zip(*parts, strict=True))
    return pooled, grams, hits


def fit_on(
    net: GuardNet,
    read: Reading,
    labels: list[LabelledText],
    recipe: HeadRecipe,
    on_progress: OnProgress | None = None,
) -> None:
    """Fit the head to texts that were read; a source and label is met by its share, whatever its number of texts."""
    num = Counter((label.source, label.unsafe) for label in labels)
    weight_N = torch.tensor([SHARES[kind] / num[kind] for kind in ((label.source, label.unsafe) for label in labels)])
    target_NC, stated_NC = targets(labels)
    if recipe.is_fresh:
        net.hidden.reset_parameters()
        net.out.reset_parameters()
    parameters = [*net.hidden.parameters(), *net.out.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=recipe.num_steps)
    net.train()
    for step in range(recipe.num_steps):
        rows = torch.multinomial(weight_N, BATCH_SIZE, replacement=True)
        loss = loss_of(net.judge(*(part[rows] for part in read)), target_NC[rows], stated_NC[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if on_progress and ((step + 1) % REPORT_EVERY == 0 or step + 1 == recipe.num_steps):
            on_progress("fitting the head", step + 1, recipe.num_steps, loss.item())
    net.eval()


def loss_of(logits_BC: Tensor, target_BC: Tensor, weight_BC: Tensor) -> Tensor:
    """Return mean binary cross-entropy: unsafe counts as much as all hazards together; 2 % of every label is doubted."""
    smoothed_BC = target_BC * 0.96 + 0.02
    each = F.binary_cross_entropy_with_logits(logits_BC, smoothed_BC, weight=weight_BC, reduction="none")
    return each[:, 0].mean() + 3.0 * each[:, 1:].mean()
