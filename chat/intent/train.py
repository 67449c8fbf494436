"""Train the bundled understanding stages.

    python -m chat.intent.train --stage trunk --out var/gentle.safetensors      every head at once, adapters: 30 minutes on one free core
    python -m chat.intent.train --stage trunk --whole --start var/gentle.safetensors --out var/trunk.safetensors    every map: 60 minutes
    python -m chat.intent.train --whole --start var/trunk.safetensors           the four stages from there, 3 to 8 minutes each

Data: the hand-written lines under `data/lines/`, the vocabulary beside them, and, where the folders are there, clinc150 (CC BY 3.0) as
small talk and InternVid's search terms (Apache-2.0) as open vocabulary. Seeded; one torch thread. Scores stand in the cards.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from chat.intent.examples import Example
from chat.intent.generator import CLINC150, SEARCH_TERMS, Generator, load_small_talk, load_vocabulary
from chat.intent.recipes import TRUNK, Recipe, recipe
from chat.intent.schema import STAGES
from chat.intent.stages import weights_path
from chat.intent.stages.features import simulated_features
from chat.intent.stages.labels import IGNORE, message_labels, token_labels
from chat.intent.stages.network import StageNetwork, folded, rank_of, save_network, start_from, unfold
from chat.intent.stages.text import Encoded, collate, encode
from models.backbone import sentence_encoder

_POOL_BATCHES = 32
_WARM_UP_SHARE = 0.03
_SMOOTHING = 0.03
_UP_RATIO = 2.0
_STEPS_BETWEEN_SAVES = 250
WHOLE_RATE = 1e-4
WHOLE_SEED_STEP = 99  # other examples than the run that it goes on from
FOLDED_RANK, FOLDED_TRUNK_RANK = 64, 96


def train_stage(
    plan: Recipe,
    *,
    generator: Generator,
    out: Path,
    start: Path | None,
    whole: bool = False,
    whole_rate: float = WHOLE_RATE,
) -> float:
    """Train one stage, from the weights in `start` where there are any, and write it; return the seconds it took.

    `whole`: train every linear map of the encoder's layers in place of adapters, and write the change as adapters of FOLDED_RANK.
    """
    torch.set_num_threads(1)
    torch.manual_seed(plan.seed)
    backbone = sentence_encoder()
    heads = plan.heads if start is None else replace(plan.heads, rank=rank_of(start))
    network = StageNetwork(backbone.model, heads).train()
    if start is not None:
        start_from(network, start)
    network.encoder.eval()  # no dropout inside: a quarter of the time, and the data never repeats itself exactly
    optimizer = _whole_optimizer(network, whole_rate) if whole else _optimizer(network, plan)
    num_steps = plan.num_examples // plan.batch_size
    started_s, running = time.monotonic(), 0.0
    for step, examples in enumerate(_batches(generator, backbone.tokenizer, plan, num_steps)):
        for group in optimizer.param_groups:
            group["lr"] = group["full_lr"] * _schedule(step / num_steps)
        loss = _loss(network, plan, examples, rng=random.Random(plan.seed + step))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([tensor for group in optimizer.param_groups for tensor in group["params"]], 1.0)
        optimizer.step()
        running = 0.98 * running + 0.02 * loss.item() if step else loss.item()
        if step % 100 == 0:
            print(
                f"{plan.stage} {step}/{num_steps} loss {running:.4f} {time.monotonic() - started_s:.0f} s", flush=True
            )
        if step and step % _STEPS_BETWEEN_SAVES == 0 and not whole:
            save_network(network, out, metadata={"stage": plan.stage, "step": str(step)})
    if whole:
        network = folded(network, backbone.model, rank=FOLDED_TRUNK_RANK if plan.stage == TRUNK else FOLDED_RANK)
    took_s = time.monotonic() - started_s
    metadata = {
        "stage": plan.stage,
        "seed": str(plan.seed),
        "num_examples": str(plan.num_examples),
        "train_s": f"{took_s:.0f}",
    }
    save_network(network, out, metadata=metadata)
    return took_s


def _whole_optimizer(network: StageNetwork, rate: float) -> torch.optim.Optimizer:
    """Return AdamW over the unfolded maps and the heads."""
    maps = unfold(network)
    heads = [tensor for name, tensor in network.own_tensors().items() if not name.startswith("encoder.")]
    groups = [{"params": maps, "full_lr": rate}, {"params": heads, "full_lr": rate}]
    return torch.optim.AdamW(groups, lr=rate, weight_decay=0.01)


def _optimizer(network: StageNetwork, plan: Recipe) -> torch.optim.Optimizer:
    """Return AdamW; the adapters' zero-initialised half learns faster (LoRA+, Hayou et al. 2024)."""
    own = network.own_tensors()
    up = [tensor for name, tensor in own.items() if name.endswith(".up")]
    other = [tensor for name, tensor in own.items() if not name.endswith(".up")]
    groups = [
        {"params": up, "full_lr": _UP_RATIO * plan.learning_rate},
        {"params": other, "full_lr": plan.learning_rate},
    ]
    return torch.optim.AdamW(groups, lr=plan.learning_rate, weight_decay=0.01)


Row = tuple[Example, Encoded]


def _batches(generator: Generator, tokenizer: object, plan: Recipe, num_steps: int) -> Iterator[list[Row]]:
    """Yield batches of rows of like length, drawn a pool at a time: padding costs little and the order stays random."""
    rng = random.Random(plan.seed)
    made = 0
    while made < num_steps:
        pool = []
        for _ in range(_POOL_BATCHES * plan.batch_size):
            example = generator.draw()
            earlier = [turn.text for turn in example.turns[:-1]]
            pool.append((example, encode(tokenizer, example.message.text, earlier)))
        pool.sort(key=lambda row: len(row[1].ids))
        batches = [pool[start : start + plan.batch_size] for start in range(0, len(pool), plan.batch_size)]
        rng.shuffle(batches)
        yield from batches[: num_steps - made]
        made += len(batches)


def _loss(network: StageNetwork, plan: Recipe, rows: list[Row], *, rng: random.Random) -> torch.Tensor:
    batch = collate([encoded for _, encoded in rows])
    features_BF = None
    if plan.heads.num_features:
        features_BF = torch.tensor([simulated_features(example, rng) for example, _ in rows])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(batch, features_BF)
    total = torch.zeros(())
    for name, share in plan.weights.items():
        targets = _targets(name, rows, batch.ids_BT.shape[1], is_token=name in plan.heads.token)
        if (targets != IGNORE).any():
            flat = logits[name].float().reshape(-1, logits[name].shape[-1])
            total = total + share * nn.functional.cross_entropy(
                flat, targets.reshape(-1), ignore_index=IGNORE, label_smoothing=_SMOOTHING
            )
    return total


def _targets(name: str, rows: list[Row], length: int, *, is_token: bool) -> torch.Tensor:
    if not is_token:
        return torch.tensor([message_labels(example)[name] for example, _ in rows])
    targets = torch.full((len(rows), length), IGNORE)
    for index, (example, encoded) in enumerate(rows):
        classes = getattr(token_labels(example, encoded), name)
        targets[index, : len(classes)] = torch.tensor(classes)
    return targets


def _schedule(progress: float) -> float:
    """Return the learning rate's share: a short warm-up, then linearly to a hundredth."""
    return progress / _WARM_UP_SHARE if progress < _WARM_UP_SHARE else max(0.01, 1.0 - progress)


def main(argv: list[str]) -> int:
    """Train the stages that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m chat.intent.train")
    parser.add_argument("--stage", choices=(TRUNK, *STAGES), action="append")
    parser.add_argument("--num-examples", type=int)
    parser.add_argument("--start", type=Path, help="weights of the trunk run")
    parser.add_argument("--out", type=Path, help="where to write; the stage's own place by default")
    parser.add_argument(
        "--whole", action="store_true", help="train whole maps from --start, and write them as adapters"
    )
    parser.add_argument("--rate", type=float, default=WHOLE_RATE, help="learning rate with --whole")
    parser.add_argument(
        "--seed-step", type=int, default=WHOLE_SEED_STEP, help="with --whole: other examples than before"
    )
    arguments = parser.parse_args(argv)
    vocabulary = load_vocabulary(SEARCH_TERMS)
    small_talk = load_small_talk(CLINC150)
    for stage in arguments.stage or STAGES:
        plan = recipe(stage, num_examples=arguments.num_examples)
        seed = plan.seed + (arguments.seed_step if arguments.whole else 0)
        generator = Generator(seed, vocabulary=vocabulary, small_talk=small_talk)
        out = arguments.out or weights_path(stage)
        took_s = train_stage(
            plan,
            generator=generator,
            out=out,
            start=arguments.start,
            whole=arguments.whole,
            whole_rate=arguments.rate,
        )
        print(f"{stage}: {took_s:.0f} s, {out.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
