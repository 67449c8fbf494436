"""Fit the guard's head anew on what its encoder reads in many texts; the encoder's adapters stay as they are.

A training run spends nearly all its time in the encoder. Here each text is read once, and the head, two small maps, meets it dozens of
times: 15,000 texts are read in 3 min of one core of 2026, the fit takes 20 s. More kinds of text weigh more than deeper training: LOG.md.
"""

import random
from collections import Counter, defaultdict

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
    "groups": 2600, "widened": 900, "quoted": 900, "neighbours": 1600, "patterns": 1600, "lexicon": 500, "talk": 1200, "internvid": 800,
    "clinc150": 500, "iard": 400,
}  # fmt: skip
NUM_DRAWN = 3000  # and as the sampler draws them: disguised, embedded, the lexicon's words hidden
NUM_STEPS, BATCH_SIZE, LEARNING_RATE = 1200, 256, 1e-3
_READ_AT_ONCE = 48
Reading = tuple[Tensor, Tensor, Tensor]  # GuardNet.read of each text


def fit_head(net: GuardNet, texts: list[LabelledText], sampler: Sampler, lexicon: Lexicon, *, seed: int) -> None:
    """Replace the head's weights in place; only the training part of `texts` is read."""
    chosen = [text for text in as_written(texts, seed=seed) if text.part == "train"]
    plain = [Drawn(canonical(text.text, sampler.vocabulary), "", text) for text in chosen]
    drawn = [one._replace(looked_up=one.text) for one in plain] + sampler.draw(NUM_DRAWN)
    fit_on(net, read_all(net, drawn, lexicon), [one.label for one in drawn])


def as_written(texts: list[LabelledText], *, seed: int) -> list[LabelledText]:
    """Return at most MOST texts of each source and label."""
    rng = random.Random(seed)
    by_kind: dict[tuple[str, bool], list[LabelledText]] = defaultdict(list)
    for text in texts:
        by_kind[text.source, text.unsafe].append(text)
    chosen = []
    for (source, _), its in by_kind.items():
        most = MOST.get(source, len(its))
        chosen += its if len(its) <= most else rng.sample(its, most)
    return chosen


@torch.inference_mode()
def read_all(net: GuardNet, drawn: list[Drawn], lexicon: Lexicon) -> Reading:
    """Return what the network reads in each text, in order."""
    encoder, order = sentence_encoder(), sorted(range(len(drawn)), key=lambda row: len(drawn[row].text))
    net.eval()
    parts = []
    for start in range(0, len(order), _READ_AT_ONCE):
        some = [drawn[row] for row in order[start : start + _READ_AT_ONCE]]
        batch = collate([one.text for one in some], encoder.tokenizer, lexicon, [one.looked_up for one in some])
        parts.append(net.read(encoder.model, batch.tokens, batch.grams, batch.lexicon_BF))
    back = torch.tensor(order).argsort()
    pooled, grams, hits = (torch.cat(part)[back] for part in zip(*parts, strict=True))
    return pooled, grams, hits


def fit_on(net: GuardNet, read: Reading, labels: list[LabelledText]) -> None:
    """Fit the head to texts that were read; a source and label is met by its share, whatever its number of texts."""
    num = Counter((label.source, label.unsafe) for label in labels)
    weight_N = torch.tensor([SHARES[kind] / num[kind] for kind in ((label.source, label.unsafe) for label in labels)])
    target_NC, stated_NC = targets(labels)
    net.hidden.reset_parameters()
    net.out.reset_parameters()
    parameters = [*net.hidden.parameters(), *net.out.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=NUM_STEPS)
    net.train()
    for _ in range(NUM_STEPS):
        rows = torch.multinomial(weight_N, BATCH_SIZE, replacement=True)
        loss = loss_of(net.judge(*(part[rows] for part in read)), target_NC[rows], stated_NC[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    net.eval()


def loss_of(logits_BC: Tensor, target_BC: Tensor, weight_BC: Tensor) -> Tensor:
    """Return mean binary cross-entropy: unsafe counts as much as all hazards together; 2 % of every label is doubted."""
    smoothed_BC = target_BC * 0.96 + 0.02
    each = F.binary_cross_entropy_with_logits(logits_BC, smoothed_BC, weight=weight_BC, reduction="none")
    return each[:, 0].mean() + 3.0 * each[:, 1:].mean()
