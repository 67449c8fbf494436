"""Carry a run out by its kind: read the data, train with progress told to the row, propose what came of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import feed.ranking
import feed.u2i
import safety.guard
import vision.clip
from feed.code_version import code_version
from feed.impressions import impressions_read
from feed.ranker_report import TooLittleError as TooLittleLogError
from feed.ranker_report import train_and_measure
from feed.ranking.gate import judge_ranker
from feed.ranking.training import Recipe as RankerRecipe
from feed.u2i.data import DataError
from feed.u2i_gate import judge_u2i
from feed.u2i_training import TooLittleError as TooLittleU2iError
from lifecycle.guards.services import guard_refusal
from lifecycle.models import Kind, TrainingRun
from safety.guard.gate import judge_guard
from safety.guard_needs import TooLittleError as TooLittleTextError
from vision.clip.preference_recipes import RECIPES as PREFERENCE_RECIPES
from vision.clip.preferences import Evaluation
from vision.clip.recipes import RecipeError
from vision.gate import judge
from vision.history import By
from vision.tuning_needs import TooLittleError
from workers.training import clip, guard, preferences, ranker, u2i
from workers.training.candidate import Candidate, figure
from workers.training.errors import CannotTrainError, NothingBetterError
from workers.training.report import Report

REFUSALS = (
    CannotTrainError,
    NothingBetterError,
    TooLittleError,
    TooLittleU2iError,
    TooLittleLogError,
    TooLittleTextError,
    DataError,
    RecipeError,
)
VIDEO_FIGURES = (("R@1", "recall_at_1", ""), ("Pair accuracy", "pair_accuracy", "pair_gain_interval"))


def train_preference(run: TrainingRun, report: Report) -> Candidate:
    """Tune the serving head to pairs: mined of searches (stage 1) or labelled (stage 2)."""
    recipe = replace(PREFERENCE_RECIPES[run.recipe](), seed=run.seed)
    report.doing("reading pairs and frame vectors")
    data = preferences.data_read(stage=1 if run.kind == Kind.PREFERENCE_1 else 2, seed=run.seed)
    report.data(data.words, data.data_hash, code_version(vision.clip))
    run.metric_name = "pair accuracy, validation"
    report.doing("tuning")

    def told(evaluation: Evaluation) -> None:
        loss = evaluation.loss if evaluation.step else None  # before the first step there is none
        report.progress(evaluation.step, recipe.num_steps, loss=loss, metric=evaluation.pair_accuracy)

    outcome = preferences.tune_stage(data, recipe, told)
    report.say(f"Best at step {outcome.best.step}, {outcome.best.share:.0%} of the way.")
    version = preferences.tuned_propose(outcome, _by(run))
    return _video(version.slug, outcome.scores)


def train_clip(run: TrainingRun, report: Report) -> Candidate:
    """Train a new temporal head on drawn scenes, for the tower that serves."""
    recipe = clip.recipe_named(run.recipe, seed=run.seed)
    data = clip.data_read()
    words = f"{recipe.num_moving + recipe.num_action} drawn clips, measured on {len(data.tables.ids)} videos and {len(data.pairs)} pairs"
    report.data(words, data.data_hash, code_version(vision.clip))
    run.metric_name = "R@1, held-out clips"
    report.doing("drawing clips and encoding their frames")

    def step(done: int, total: int, loss: float, scores: dict[str, float]) -> None:
        if run.doing != "training the head":
            report.doing("training the head")
        report.progress(done, total, loss=loss, metric=scores.get("R@1"))

    file = clip.head_train(
        data, recipe, on_part=lambda kind, done, total: report.progress(done, total), on_progress=step
    )
    report.doing("measuring on this catalogue")
    version = clip.head_propose(data, file, seed=run.seed, by=_by(run))
    return _video(version.slug, version.spec["scores"])


def _video(slug: str, scores: dict[str, Any]) -> Candidate:
    shown = [figure(name, scores, key, gain=gain) for name, key, gain in VIDEO_FIGURES if key in scores["after"]]
    return Candidate(slug, judge(scores).words, shown)


def train_u2i(run: TrainingRun, report: Report) -> Candidate:
    """Train the two towers on what viewers did."""
    report.doing("reading what viewers did")
    data = u2i.data_read()
    report.data(data.words, data.snapshot.data_hash, code_version(feed.u2i))
    report.doing("training the towers")
    outcome, _ = u2i.towers_train(
        data,
        recipe=run.recipe,
        seed=run.seed,
        on_progress=lambda done, total, loss: report.progress(done, total, loss=loss),
    )
    version = u2i.towers_propose(data, outcome, recipe=run.recipe, seed=run.seed, by=_by(run))
    shown = figure("Recall@20", outcome.scores, "recall_at_20", gain="recall_gain_interval")
    return Candidate(version.slug, judge_u2i(outcome.scores).words, [shown])


def train_ranker(run: TrainingRun, report: Report) -> Candidate:
    """Train the ranker on what was seen and what came of it."""
    report.doing("reading the feed's log")
    log = impressions_read()
    report.data(f"{len(log)} cards that were seen", log.data_hash, code_version(feed.ranking))
    report.doing("growing trees")
    outcome = train_and_measure(
        log,
        recipe=RankerRecipe(seed=run.seed),
        on_progress=lambda done, total, loss: report.progress(done, total, loss=loss),
    )
    version = ranker.trained_propose(outcome, _by(run))
    shown = figure("nDCG", outcome.scores, "ndcg", gain="ndcg_gain_interval")
    return Candidate(version.slug, judge_ranker(outcome.scores).words, [shown])


def train_guard(run: TrainingRun, report: Report) -> Candidate:
    """Train the guard on labelled texts and decisions, and measure it on the regression sets."""
    report.doing("reading labelled texts and decisions")
    data = guard.data_read(recipe=run.recipe)
    report.data(data.words, data.data_hash, code_version(safety.guard))

    def told(what: str, done: int, total: int, loss: float | None) -> None:
        if run.doing != what:
            report.doing(what)
        report.progress(done, total, loss=loss)

    recipe = replace(guard.RECIPES[run.recipe], seed=run.seed)
    draft = guard.guard_train(data, recipe=recipe, on_progress=told)
    report.doing("measuring it and the guard that serves on the regression sets")
    scores = guard.guard_measure(data, draft, max_each=min(guard.MAX_MEASURED, recipe.head.max_each))
    version = guard.trained_propose(data, draft, scores, _by(run))
    names = {"recall": "Recall", "false_positives": "False positives", "decisions": "Agrees with moderators"}
    shown = [figure(words, scores, name) for name, words in names.items() if scores["after"][name] is not None]
    return Candidate(version.slug, guard_refusal(version) or judge_guard(scores).words, shown)


def _by(run: TrainingRun) -> By:
    """Return whose the candidate is, for the history."""
    return By(run.started_by_id, "training", f"run {run.pk}")


TRAINERS: dict[str, Callable[[TrainingRun, Report], Candidate]] = {
    Kind.PREFERENCE_1: train_preference,
    Kind.PREFERENCE_2: train_preference,
    Kind.VIDEO_CLIP: train_clip,
    Kind.U2I: train_u2i,
    Kind.RANKER: train_ranker,
    Kind.GUARD: train_guard,
}
