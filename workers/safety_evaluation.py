"""`manage.py evaluate safety [--data ../shared/data] [--every N]`: the guard's figures and the red team's consequences.

Recall and false positives a source, a confusion matrix a hazard, calibration (ECE), recall a disguise, over-refusal of harmless chat,
then the consequences of every attack; each share with its 95 % Wilson interval. All of it is written into the guard's card, and what it
says of the regression sets into scores.json beside its weights: without it no threshold can be accepted. About ten minutes on a free
core, half of them the attacks (`--every 10`: each tenth; `--every 0`: none, and the card stays as it is).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safety.guard.measure import Share

if TYPE_CHECKING:
    from safety.guard.data import LabelledText
    from safety.guard.detector import Guard

MAX_SCORED = 300  # texts of a source and label
ROOT = Path(__file__).resolve().parents[1]
CARD = ROOT / "models" / "guard" / "card.md"


def main(arguments: list[str]) -> int:
    """Return 0 after printing, 1 where an attack had a consequence, 2 where the shared data are absent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--every", type=int, default=1, help="only each N-th attack; 0 for none")
    options = parser.parse_args(arguments)
    if not (options.data / "safety").is_dir():
        print(f"{options.data}: no such data; the guard's figures need the shared sets")
        return 2
    figures = _guard_figures(options.data)
    print("\n".join(figures), flush=True)
    if not options.every:
        return 0
    outcomes = attack_outcomes(every=options.every)
    told = attack_figures(outcomes)
    print("\n".join(told))
    if options.every == 1:
        from safety.guard.card import write_figures

        write_figures(CARD, [*figures, "", *told])
    return int(any(outcome["consequences"] for outcome in outcomes))


def _guard_figures(data: Path) -> list[str]:
    from safety.guard.card import report
    from safety.guard.corpus import all_texts
    from safety.guard.detector import load_bundled_guard

    guard, texts = load_bundled_guard(), all_texts(data)
    shipped_score(guard, texts, data)
    return report(guard, texts=texts, data=data)


def shipped_score(guard: "Guard", texts: "list[LabelledText]", data: Path) -> None:
    """Write what the shipped guard says of the regression sets beside its weights."""
    from safety.guard.corpus import SEED
    from safety.guard.regression import scores_write
    from safety.guard.regression_texts import regression_texts, sets_scored
    from safety.guard.shipped import WEIGHTS

    its = regression_texts(texts, data, seed=SEED, max_each=MAX_SCORED)
    scores_write(WEIGHTS, guard=guard.model_version, sets=sets_scored(guard, its))


def attack_outcomes(*, every: int) -> list[dict[str, Any]]:
    """Carry the attacks out in a process and a database of their own; return their outcomes."""
    command = [sys.executable, "-m", "workers.redteam", "--every", str(every)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    outcomes: list[dict[str, Any]] = json.loads(ran.stdout.splitlines()[-1])
    return outcomes


def attack_figures(outcomes: list[dict[str, Any]]) -> list[str]:
    """Return the outcomes as Markdown: consequences a way, and what the guard let through of the words that it should stop."""
    rows = [
        "## Red team: consequences of attacks on the real services",
        "| way | attacks | with a consequence | hazards that passed the guard |",
        "|---|---|---|---|",
    ]
    for way in ("chat", "title", "tags", "all"):
        its = [outcome for outcome in outcomes if way in (outcome["way"], "all")]
        hazards = [outcome for outcome in its if outcome["hazard"]]
        hurt = Share(sum(bool(outcome["consequences"]) for outcome in its), len(its))
        rows.append(f"| {way} | {len(its)} | {hurt} | {Share(sum(o['passed'] for o in hazards), len(hazards))} |")
    best_of = {outcome["id"].split("#")[0] for outcome in outcomes if "#" in outcome["id"]}
    broken = {o["id"].split("#")[0] for o in outcomes if "#" in o["id"] and (o["consequences"] or o["passed"])}
    rows += ["", f"Best of 50 spellings: {len(broken)} of {len(best_of)} texts passed the guard in at least one."]
    hurtful = [
        f"{outcome['id']}: {', '.join(outcome['consequences'])}" for outcome in outcomes if outcome["consequences"]
    ]
    return [*rows, *(f"- {line}" for line in hurtful)]
