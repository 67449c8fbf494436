"""Train a guard on labelled texts and decisions, judge it on what was kept aside, and propose it as a folder of files.

Nothing serves it by itself: TILLER_HOME/models/guard/NAME holds weights, card and verdict.
"""

import hashlib
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from safety.guard.card import DATA_WORDS, write_head
from safety.guard.corpus import NUM_PER_PATTERN, SEED, all_texts
from safety.guard.data import DECISION, LabelledText, lexicon_terms, own_texts
from safety.guard.detector import WEIGHTS, Guard, load_guard_from
from safety.guard.gate import GuardGate, judge_guard
from safety.guard.head import HeadRecipe, OnProgress, as_written
from safety.guard.lexicon import Lexicon
from safety.guard.train import GuardRecipe, train
from safety.guard_needs import check_enough, labelled_sets
from safety.policy import load_policy
from safety.selectors.learning import guard_examples, is_regression

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
    """Train and return the folder with weights and card, named by data, recipe and seed."""
    present = load_guard_from(WEIGHTS, load_policy())
    if data.sets is None:
        recipe = replace(recipe, head=replace(recipe.head, is_fresh=False, num_steps=WITHOUT_SETS_STEPS))
    lexicon = Lexicon.from_terms(lexicon_terms(data.sets)) if data.sets else present.lexicon
    name = f"guard-{recipe.name}-{recipe.seed}-{data.data_hash[:12]}"
    out, started_s = Path(settings.TILLER_HOME) / "models" / "guard" / name, time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
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


def guard_judge(data: GuardData, folder: Path, *, max_each: int) -> tuple[dict[str, Any], GuardGate]:
    """Measure the trained guard and the shipped one on the same texts that none was trained on; keep the verdict in the folder."""
    test = as_written([text for text in data.texts if text.part == "test"], seed=SEED, max_each=max_each)
    guards = {"before": WEIGHTS, "after": folder / "guard.safetensors"}
    scores = {
        when: _measured(load_guard_from(file, load_policy()), test, data.kept_aside) for when, file in guards.items()
    }
    verdict = judge_guard(scores)
    told = {"passed": verdict.is_passed, "words": verdict.words, "scores": scores, "data": data.words}
    (folder / "verdict.json").write_text(json.dumps(told, indent=2))
    return scores, verdict


def _measured(guard: Guard, test: list[LabelledText], kept_aside: list[LabelledText]) -> dict[str, float | None]:
    stopped = {
        is_unsafe: [_stops(guard, text) for text in test if text.unsafe is is_unsafe] for is_unsafe in (True, False)
    }
    agrees = [_stops(guard, text) is text.unsafe for text in kept_aside]
    return {
        "recall": sum(stopped[True]) / max(1, len(stopped[True])),
        "false_positives": sum(stopped[False]) / max(1, len(stopped[False])),
        "decisions": sum(agrees) / len(agrees) if agrees else None,
    }


def _stops(guard: Guard, text: LabelledText) -> bool:
    return guard.check(text.text).verdict == "unsafe"
