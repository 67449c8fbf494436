"""Measure how many labels a way of choosing pairs needs, by really tuning the head to what simulated people answer. Pure.

A world is a seed of vision.clip.taste_trial: clips that no training saw, people with a hidden taste, two of whom agree on 75 %. The
questions of the train queries are all pairs of the first twelve results; a way of choosing says in which order they are asked, in
batches, and knows the answers so far. Of a budget four fifths are chosen so; a fifth is drawn evenly from the validation queries, because
what chooses the step (and later what is reported) must not be chosen by the model. Accuracy is on test queries and videos.

Shape suffixes: P pairs, D the space's width.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from labelling.measures.logistic import Floats, Posterior
from labelling.measures.selection import Ints, Pairs, choose, drawn_evenly, features, is_near_identical, learn
from vision.clip.frame_sets import all_video_vectors
from vision.clip.preference_pairs import Part, PreferencePair
from vision.clip.preference_recipes import stage2
from vision.clip.preference_scores import is_right
from vision.clip.preference_set import gaps, pair_rows
from vision.clip.simulated import CANDIDATES, Questions, ask
from vision.clip.taste_trial import TASTE_SHARE, TIE_BAND, Catalogue, Trial
from vision.clip.temporal_head import TemporalHead

ALL_PAIRS = CANDIDATES * (CANDIDATES - 1) // 2
VALIDATION_SHARE = 0.2
MAX_RECALL_LOSS = 0.01  # of the validation pool of 500 captions, where a caption is .2 %: at stage 2's own .0025 many runs take no step
POOL = (
    8000  # questions that can be asked, drawn of the 23,000 that there are: about what 120 queries of a campaign have
)
BATCH = 50
MAX_A_QUERY = 2  # of a batch


@dataclass(frozen=True)
class World:
    """A trial, its askable questions with what the small model reads of them, and one person's answers to all of them."""

    trial: Trial
    pool: Questions
    pairs: Pairs
    said: Ints
    validation: Questions

    @property
    def answer(self) -> Floats:
        """Return the answers as the small model learns them: 1 the first, 0 the second, a half a tie [P]."""
        return (self.said + 1) / 2


Way = Callable[[World, Sequence[int], int, np.random.Generator], list[int]]  # world, rows asked so far, how many more


def world(stock: Catalogue, reference: TemporalHead, *, seed: int) -> World:
    """Return a seed's world; its test questions are the trial's own."""
    trial = Trial(stock, reference, seed=seed, share=TASTE_SHARE)
    every, validation = (_all_questions(trial, part) for part in ("train", "validation"))
    rng, size = np.random.default_rng([seed, 5]), min(POOL, len(every.query))
    kept = np.sort(rng.choice(len(every.query), size, replace=False))
    pool = _rows(every, kept)
    found_ND = trial.stage.found.numpy()
    query_PD = trial.asked_of("train")[1].numpy()[pool.query]
    read_PF = features(query_PD, found_ND[pool.first], found_ND[pool.second])
    said = every.answered(sharpness=trial.sharpness, tie_band=TIE_BAND, seed=[seed, 7, 1])[kept]
    return World(trial, pool, Pairs(pool.query, read_PF), said, validation)


def _all_questions(trial: Trial, part: Part) -> Questions:
    """Return every pair of the first results of a part's queries that is no near twin."""
    queries, query_QD = trial.asked_of(part)
    every = ask(trial.stage, queries, query_QD, trial.stock.rows[part], pairs_a_query=ALL_PAIRS, seed=[trial.seed])
    found_ND = trial.stage.found.numpy()
    return _rows(every, np.flatnonzero(~is_near_identical(found_ND[every.first], found_ND[every.second])))


def _rows(questions: Questions, row_P: Ints) -> Questions:
    query, first, second = (column[row_P] for column in (questions.query, questions.first, questions.second))
    return Questions(questions.queries, query, first, second, questions.gap[row_P])


def asked(here: World, way: Way, *, count: int) -> list[int]:
    """Return the first `count` rows of the pool in the order in which a way asks them."""
    rng = np.random.default_rng([here.trial.seed, 17])
    rows: list[int] = []
    while len(rows) < count:
        rows += way(here, rows, min(BATCH, count - len(rows)), rng)
    return rows


def evenly(here: World, rows: Sequence[int], count: int, rng: np.random.Generator) -> list[int]:
    """Ask queries in turn, a pair drawn evenly: the control."""
    left = _left(here, rows)
    return left[drawn_evenly(here.pairs.query[left], count=count, rng=rng)].tolist()


def tellingly(here: World, rows: Sequence[int], count: int, rng: np.random.Generator) -> list[int]:
    """Ask what would teach the most (labelling.measures.selection): what the page asks."""
    left = _left(here, rows)
    chosen = choose(here.pairs.rows(left), _known(here, rows), count=count, max_a_query=MAX_A_QUERY)
    return left[chosen].tolist()


def _left(here: World, rows: Sequence[int]) -> Ints:
    return np.setdiff1d(np.arange(len(here.pairs)), rows)


def _known(here: World, rows: Sequence[int]) -> Posterior:
    asked_of = list(rows)
    return learn(here.pairs.features[asked_of], here.answer[asked_of], here.pairs.features.shape[1])


def tuned(here: World, rows: Sequence[int]) -> TemporalHead:
    """Return the head that stage 2 tunes to the answers of these rows, and to evenly drawn validation pairs beside them."""
    trial, rng = here.trial, np.random.default_rng([here.trial.seed, 23])
    count = round(len(rows) * VALIDATION_SHARE / (1 - VALIDATION_SHARE))
    held = _rows(here.validation, np.array(drawn_evenly(here.validation.query, count=count, rng=rng)))
    held_said = held.answered(sharpness=trial.sharpness, tie_band=TIE_BAND, seed=[trial.seed, 7, 2])
    row_P = np.array(rows)
    pairs: dict[Part, list[PreferencePair]] = {
        "train": _rows(here.pool, row_P).pairs(here.said[row_P]),
        "validation": held.pairs(held_said),
    }
    return trial.run(replace(stage2(), max_recall_loss=MAX_RECALL_LOSS), trial.reference, pairs)


def right_on_test(trial: Trial, head: TemporalHead) -> tuple[Floats, Ints]:
    """Return which decided test pairs a head gets right [P] (1, 0, or a half where level), and their queries [P]."""
    said = trial.test.pairs(trial.labels(trial.test, person=1))
    pairs = pair_rows(said, trial.query_row, {row: row for row in range(len(trial.stock.frames))}).decided()
    vectors = all_video_vectors(head, trial.stock.frames)
    return is_right(gaps(vectors, trial.query_text, pairs).numpy()), pairs.query.numpy()


WAYS: dict[str, Way] = {"random": evenly, "active": tellingly}
