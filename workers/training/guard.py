"""Train a guard on labelled texts and decisions, measure it and the one that serves on the regression sets, and propose it."""

import hashlib
import json
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import safety.guard
from feed.code_version import code_version
from lifecycle.guards.services import base_of, draft_folder, guard_propose
from lifecycle.models import GuardVersion
from safety.chosen import Checks, chosen_guard
from safety.guard.card import DATA_WORDS, write_head
from safety.guard.corpus import NUM_PER_PATTERN, SEED, all_texts
from safety.guard.data import DECISION, LabelledText, lexicon_terms, own_texts
from safety.guard.detector import load_guard_from
from safety.guard.head import HeadRecipe, OnProgress
from safety.guard.lexicon import Lexicon
from safety.guard.regression import Sets, scores_write, shares_right
from safety.guard.regression_texts import floors_measured, regression_texts, sets_scored
from safety.guard.shipped import WEIGHTS
from safety.guard.train import GuardRecipe, train
from safety.guard_needs import check_enough, labelled_sets
from safety.policy import Policy, load_policy
from safety.selectors.learning import guard_examples, is_regression
from safety.serving import in_force_now
from vision.history import BY_COMMAND, By
from workers.training.errors import NothingBetterError

RECIPES = {
    "head": GuardRecipe("head", num_steps=0),
    "whole": GuardRecipe("whole", num_steps=2000),
    "quick": GuardRecipe("quick", num_steps=0, head=HeadRecipe(num_steps=200, num_drawn=200, max_each=60)),
}
MAX_MEASURED = 300  # texts of a source and label
WITHOUT_SETS_STEPS = (
    200  # of the head, from where it is: the labelled sets that it learned from are not here to hold it
)


@dataclass(frozen=True)
class GuardData:
    """Labelled texts to learn from and to measure on, the decisions that were kept aside, and the folder of the labelled sets, if any."""

    texts: list[LabelledText]
    kept_aside: list[LabelledText]
    sets: Path | None

    @property
    def num_decisions(self) -> int:
        return sum(text.source == DECISION for text in self.texts)

    @property
    def words(self) -> str:
        of = "the labelled sets and this project's patterns" if self.sets else "this project's patterns alone"
        return f"{len(self.texts):,} texts of {of}, {self.num_decisions} of them decisions; {len(self.kept_aside)} decisions kept aside"

    @property
    def data_hash(self) -> str:
        """Return the sha256 of all texts with their labels, in order."""
        digest = hashlib.sha256()
        for text in [*self.texts, *self.kept_aside]:
            digest.update(json.dumps([text.text, text.unsafe, text.hazards, text.source]).encode())
        return digest.hexdigest()


def data_read(*, recipe: str) -> GuardData:
    """Read all there is; raises TooLittleError."""
    decided = [
        LabelledText(one["text"], bool(one["hazards"]), tuple(one["hazards"]), DECISION, one["text"])
        for one in guard_examples()
    ]
    check_enough(recipe=recipe, num_decisions=len(decided))
    sets = labelled_sets()
    texts = all_texts(sets) if sets else own_texts(num_per_pattern=NUM_PER_PATTERN, seed=SEED)
    to_learn = [text for text in decided if not is_regression(text.text)]
    return GuardData(texts + to_learn, [text for text in decided if is_regression(text.text)], sets)


def guard_train(data: GuardData, *, recipe: GuardRecipe, on_progress: OnProgress | None = None) -> Path:
    """Train and return the draft folder with weights and card, named by data, recipe and seed."""
    present = load_guard_from(WEIGHTS, load_policy())
    if data.sets is None:
        recipe = replace(recipe, head=replace(recipe.head, is_fresh=False, num_steps=WITHOUT_SETS_STEPS))
    lexicon = Lexicon.from_terms(lexicon_terms(data.sets)) if data.sets else present.lexicon
    name = f"guard-{recipe.name}-{recipe.seed}-{data.data_hash[:12]}"
    out, started_s = draft_folder(name), time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    train(
        texts=data.texts,
        lexicon=lexicon,
        out=out,
        recipe=recipe,
        start=None if recipe.num_steps else WEIGHTS,
        model_version=name,
        on_progress=on_progress,
    )
    words = (
        *(DATA_WORDS if data.sets else ("Data: this project's patterns (`safety/guard/phrases`).",)),
        data.words + ".",
    )
    write_head(
        out,
        command=f"the recipe {recipe.name}, seed {recipe.seed}",
        train_s=time.monotonic() - started_s,
        data_words=words,
    )
    return out


def guard_measure(data: GuardData, draft: Path, *, max_each: int) -> dict[str, Any]:
    """Return what the gate reads of the trained guard and the one that serves, on the same texts; the draft keeps its sets' scores."""
    now = in_force_now()
    texts = regression_texts(data.texts, data.sets, seed=SEED, max_each=max_each)
    trained = load_guard_from(draft / "guard.safetensors", load_policy())
    sides = {
        "before": _measured(chosen_guard(now).load(), now.policy_of(now.guard), texts, data.kept_aside),
        "after": _measured(trained, load_policy(), texts, data.kept_aside),
    }
    scores_write(draft / "guard.safetensors", guard=trained.model_version, sets=sides["after"].sets)
    names = sides["after"].right
    floors = {when: floors_measured(side.sets, side.right) for when, side in sides.items()}
    return {
        **{when: side.sums for when, side in sides.items()},
        "sets": {
            name: {"num": len(sides["after"].sets[name]), **{when: side.right[name] for when, side in sides.items()}}
            for name in names
        },
        "floors": {name: {when: floors[when][name] for when in sides} for name in floors["after"]},
        "base": base_of(now),
    }


def trained_propose(data: GuardData, draft: Path, scores: dict[str, Any], by: By = BY_COMMAND) -> GuardVersion:
    """Propose the guard for release; raises NothingBetterError for one that was released already."""
    facts = {"data_hash": data.data_hash, "code_version": code_version(safety.guard)}
    try:
        return guard_propose(draft=draft, scores=scores, by=by, **facts)
    except ValueError as error:
        raise NothingBetterError(str(error)) from error


@dataclass(frozen=True)
class _Measured:
    """A guard on the regression sets: its scores, the share that its policy gets right of each, and the sums."""

    sets: Sets
    right: dict[str, float]
    sums: dict[str, float | None]


def _measured(guard: Checks, policy: Policy, texts: list[LabelledText], kept_aside: list[LabelledText]) -> _Measured:
    sets = sets_scored(guard, texts)
    right = shares_right(sets, policy)
    aside = sets_scored(guard, kept_aside)
    return _Measured(
        sets,
        right,
        {
            "recall": _right_of(sets, right, unsafe=True),
            "false_positives": 1 - _right_of(sets, right, unsafe=False),
            "decisions": _right(aside, shares_right(aside, policy)) if kept_aside else None,
        },
    )


def _right_of(sets: Sets, right: dict[str, float], *, unsafe: bool) -> float:
    """Return the share right of all texts with a label."""
    return _right({name: its for name, its in sets.items() if its[0].unsafe is unsafe}, right)


def _right(sets: Sets, right: dict[str, float]) -> float:
    num = sum(len(its) for its in sets.values())
    return sum(right[name] * len(its) for name, its in sets.items()) / num if num else 0.0
