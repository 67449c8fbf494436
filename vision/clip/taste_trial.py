"""Try preference tuning on simulated people: `manage.py evaluate video --part taste`. Pure. Writes no weights.

The shipped models over rendered clips that no training saw: 2,000 to tune on, 1,200 to validate on, 1,500 to test on (`--few`: 1,000, 500
and 300, where a caption is a third of a percent of R@1). Queries are
what people type (subjects, tag lists, single tags), split by query: test pairs are of queries and videos that nothing was tuned on.
R@1 is of whole captions in pools of 500. Two labellers agree on 75 % of the test questions. The figures are in LOG.md.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from models.backbone import sentence_encoder
from vision.clip.data import load_clips
from vision.clip.encoder import BundledEncoder
from vision.clip.frame_sets import FrameSet, all_video_vectors
from vision.clip.mining import mine
from vision.clip.preference_pairs import Part, PreferencePair, part_of, query_key
from vision.clip.preference_recipes import PreferenceRecipe, stage1, stage2
from vision.clip.preference_scores import agreement
from vision.clip.preference_set import Captioned, PreferenceSet, pair_rows
from vision.clip.preferences import tune
from vision.clip.simulated import Questions, Stage, ask, search, stage_for
from vision.clip.temporal_head import TemporalHead
from vision.clip.text_map import TextMap
from vision.clip.train import encode_clips
from vision.clip.tuning_report import HeldOut, tuning_scores

PARTS: dict[Part, tuple[int, ...]] = {"train": (16,), "validation": (14, 15), "test": (17,)}  # the renderer's seeds
CLIPS = {14: 600, 15: 600, 16: 2000, 17: 1500}
FEW_CLIPS = {14: 500, 16: 1000, 17: 300}  # a laptop renders them in five minutes
POOL = 500
AGREEMENT, TIE_BAND, TASTE_SHARE = 0.75, 0.05, 0.6
PAIRS_A_QUERY = 12
NUM_SEARCHES, NUM_VIEWERS = 4000, 500
STAGES = ("stage 1", "stage 2", "stage 2 after 1")


@dataclass(frozen=True)
class Catalogue:
    """Clips of all parts in one table: frames, brightness [N], what people type of each, caption vectors [N, D] as seen, rows by part."""

    frames: FrameSet
    brightness: np.ndarray
    typed: list[list[str]]
    captions: torch.Tensor
    rows: dict[Part, torch.Tensor]
    text_map: TextMap


def catalogue(folder: Path, encoder: BundledEncoder, clips: Mapping[int, int] = CLIPS) -> Catalogue:
    """Render (or read back) and encode the clips of all parts; `clips`: how many of each of the renderer's seeds."""
    loaded = {
        seed: load_clips(folder, "moving", seed=seed, count=clips[seed])
        for seeds in PARTS.values()
        for seed in seeds
        if seed in clips
    }
    vectors = torch.cat([encode_clips(encoder.tower, clips) for clips in loaded.values()])
    times_s = torch.cat([torch.from_numpy(clips.times_s) for clips in loaded.values()])
    motion = torch.cat([torch.from_numpy(clips.motion) for clips in loaded.values()])
    text_map = encoder.tower.text_map
    texts = [text for clips in loaded.values() for text in clips.texts]
    starts = np.cumsum([0, *(sum(clips.get(seed, 0) for seed in seeds) for seeds in PARTS.values())])
    return Catalogue(
        FrameSet(vectors, times_s, motion, torch.ones_like(times_s, dtype=torch.bool)),
        np.concatenate([clips.frames.mean(axis=(1, 2, 3, 4), dtype=np.float32) for clips in loaded.values()]),
        [[text[1], text[2], *text[2].split(", ")] for text in texts],
        text_map(torch.from_numpy(sentence_encoder().encode([text[0] for text in texts]))),
        {part: torch.arange(starts[at], starts[at + 1]) for at, part in enumerate(PARTS)},
        text_map,
    )


class Trial:
    """One seed's people over a catalogue: who prefers what, and how queries are divided."""

    def __init__(self, stock: Catalogue, reference: TemporalHead, *, seed: int, share: float) -> None:
        self.stock, self.reference, self.seed = stock, reference, seed
        found = all_video_vectors(reference, stock.frames)
        self.stage: Stage = stage_for(stock.frames, found, stock.captions, stock.brightness, seed=seed, share=share)
        typed = {query_key(text) for texts in stock.typed for text in texts}
        self.queries = sorted(typed)
        self.query_row = {query: row for row, query in enumerate(self.queries)}
        self.query_text = stock.text_map(torch.from_numpy(sentence_encoder().encode(self.queries)))
        self.test = self.questions("test")
        self.sharpness = self.test.sharpness(AGREEMENT)

    def asked_of(self, part: Part) -> tuple[list[str], torch.Tensor]:
        """Return the part's queries that its videos are found by, and their vectors."""
        here = {query_key(text) for row in self.stock.rows[part].tolist() for text in self.stock.typed[row]}
        queries = [query for query in sorted(here) if part_of(query, seed=self.seed) == part]
        return queries, self.query_text[[self.query_row[query] for query in queries]]

    def questions(self, part: Part) -> Questions:
        """Return questions of the part's queries about the part's videos."""
        seed = [self.seed, list(PARTS).index(part)]
        return ask(self.stage, *self.asked_of(part), self.stock.rows[part], pairs_a_query=PAIRS_A_QUERY, seed=seed)

    def labels(self, questions: Questions, *, person: int) -> np.ndarray:
        """Return a person's answers to all of them."""
        return questions.answered(sharpness=self.sharpness, tie_band=TIE_BAND, seed=[self.seed, 7, person])

    def mined(self, part: Part) -> list[PreferencePair]:
        """Return the pairs that the part's searches are mined for."""
        log = search(
            self.stage,
            *self.asked_of(part),
            self.stock.rows[part],
            num_searches=NUM_SEARCHES,
            num_viewers=NUM_VIEWERS,
            sharpness=self.sharpness,
            seed=[self.seed, 11, list(PARTS).index(part)],
        )
        return mine(log)

    def captioned(self, row_R: torch.Tensor) -> Captioned:
        return Captioned(row_R, self.stock.captions[row_R])

    def run(
        self, recipe: PreferenceRecipe, start: TemporalHead, pairs: dict[Part, list[PreferencePair]]
    ) -> TemporalHead:
        """Tune from `start` on the train pairs, validated on the validation pairs."""
        video_row = {row: row for row in range(len(self.stock.frames))}
        rows = {part: pair_rows(pairs[part], self.query_row, video_row) for part in pairs}
        replay, pool = (self.captioned(self.stock.rows[part]) for part in ("train", "validation"))
        data = PreferenceSet(self.stock.frames, self.query_text, rows["train"], rows["validation"], replay, pool)
        with tempfile.TemporaryDirectory() as work:
            return tune(recipe, start, data, Path(work)).head

    def scores(self, before: TemporalHead, after: TemporalHead) -> dict[str, Any]:
        """Return the scores on labels of held-out queries about held-out videos, with their ceilings."""
        video_row = {row: row for row in range(len(self.stock.frames))}
        one, other = (self.labels(self.test, person=person) for person in (1, 2))
        answers = [(row, person, str(said)) for person, told in ((1, one), (2, other)) for row, said in enumerate(told)]
        pairs = pair_rows(self.test.pairs(one), self.query_row, video_row)
        pools = [self.captioned(part) for part in self.stock.rows["test"].split(POOL)]
        scores = tuning_scores(
            before, after, HeldOut(self.stock.frames, self.query_text, pairs, pools), agreement(answers)[0]
        )
        is_said = one != 0
        scores["best_possible"] = float((np.sign(self.test.gap) == one)[is_said].mean())  # who knows the taste itself
        return scores


def run(stock: Catalogue, reference: TemporalHead, *, seed: int, share: float = TASTE_SHARE) -> dict[str, Any]:
    """Return {stage: its scores, "num_mined", "num_labels"}: of each stage from the reference, and of stage 2 after stage 1."""
    trial = Trial(stock, reference, seed=seed, share=share)
    tuned_on: tuple[Part, ...] = ("train", "validation")
    mined = {part: trial.mined(part) for part in tuned_on}
    asked = {part: trial.questions(part) for part in tuned_on}
    labelled = {part: asked[part].pairs(trial.labels(asked[part], person=1)) for part in asked}
    first = trial.run(stage1(), reference, mined)
    alone, both = trial.run(stage2(), reference, labelled), trial.run(stage2(), first, labelled)
    heads = dict(zip(STAGES, (first, alone, both), strict=True))
    result = {name: trial.scores(reference, head) for name, head in heads.items()}
    return {"num_mined": len(mined["train"]), "num_labels": len(labelled["train"]), **result}
