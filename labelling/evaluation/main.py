"""`manage.py evaluate labelling`: whom the gold gate stops, and how many labels each way of choosing pairs needs.

The gate takes seconds. The curves take about 25 minutes of one core to render 1,800 clips, once, and five seconds a point.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from django.conf import settings
from rich.console import Console
from rich.table import Table

from labelling.evaluation.gate import HORIZONS, standings

RATES = (0.0, 0.01, 0.05)
REACHED_BY = 0.6  # of random's labels


def main(arguments: Sequence[str]) -> int:
    """Print the tables; 1 where flippers pass in more than one of ten seeds, or random's final accuracy is not reached."""
    parser = argparse.ArgumentParser(prog="manage.py evaluate labelling", description=__doc__)
    parser.add_argument("--part", choices=("gate", "curves"), help="one of the two only")
    parser.add_argument("--seeds", type=int, default=5, help="of the curves")
    parser.add_argument("--final", type=int, default=300, help="random's labels")
    parser.add_argument("--clips", type=Path, default=Path(settings.TILLER_HOME) / "training", help="rendered clips")
    options = parser.parse_args(list(arguments))
    console, is_held = Console(), True
    if options.part != "curves":
        is_held = show_gate(console)
    if options.part != "gate":
        is_held = show_curves(console, options.clips, seeds=options.seeds, final=options.final) and is_held
    return 0 if is_held else 1


def show_gate(console: Console) -> bool:
    """Print where labellers stand who flip a share of their answers; return whether flippers of 5 % pass in one of ten seeds at most."""
    table = Table(title="The gold gate")
    for name in ("flips", "gold questions", "of", "passed", "on trial", "stopped"):
        table.add_column(name, justify="right")
    for seeds in (range(10), range(10, 1010)):
        for p_flip in RATES:
            for (_, num), count in standings(p_flip=p_flip, seeds=seeds).items():
                told = (f"{count[where] / len(seeds):.3f}" for where in ("passed", "on trial", "stopped"))
                table.add_row(f"{p_flip:.0%}", str(num), f"{len(seeds)} seeds", *told)
    console.print(table)
    passed = [standings(p_flip=0.05, seeds=range(10))[0.05, num]["passed"] for num in HORIZONS]
    return max(passed) <= 1


def show_curves(console: Console, clips: Path, *, seeds: int, final: int) -> bool:
    """Print each arm's accuracy by labels, and what the chosen pairs gain with 60 % of the labels; return whether they reach random's."""
    from labelling.evaluation.curves import WAYS, asked, right_on_test, tuned, world
    from labelling.evaluation.stock import stock_of
    from vision.bootstrap import gain

    stock, reference = stock_of(clips)
    nums = sorted({round(final * share) for share in (1 / 3, REACHED_BY, 1)})
    table = Table(title="Accuracy on held-out pairs, after really tuning")
    for name in ("seed", "labels", "untuned", *WAYS):
        table.add_column(name, justify="right")
    random_PN, active_PN, group_PN = [], [], []
    for seed in range(1, seeds + 1):
        here = world(stock, reference, seed=seed)
        before, query_P = right_on_test(here.trial, reference)
        rows = {name: asked(here, way, count=final) for name, way in WAYS.items()}
        right = {
            (name, num): right_on_test(here.trial, tuned(here, rows[name][:num]))[0] for name in WAYS for num in nums
        }
        for num in nums:
            told = (f"{right[name, num].mean():.3f}" for name in WAYS)
            table.add_row(str(seed), str(num), f"{before.mean():.3f}", *told)
        random_PN.append(right["random", final])
        active_PN.append(right["active", round(final * REACHED_BY)])
        group_PN.append(1000 * seed + query_P)
    console.print(table)
    found = gain(np.concatenate(random_PN), np.concatenate(active_PN), np.concatenate(group_PN))
    console.print(f"chosen pairs with {REACHED_BY:.0%} of random's {final} labels, against random with all: {found}")
    return found.value >= 0
