"""Put together from the tables what tuning to preferences reads, tune, and measure what it brought. Leads to torch: commands only.

Videos are divided by the hash of their id, as queries are by theirs: captions of the "train" part are replayed, those of "validation"
choose the step, those of "test" give the R@1 that is reported. Nothing is decoded: frames and titles are read as vectors.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from django.conf import settings

from vision.clip.encoder import BundledEncoder, VideoEncoder
from vision.clip.frame_sets import FrameSet, all_video_vectors, padded
from vision.clip.mining import mine
from vision.clip.preference_pairs import Part, PreferencePair, part_of, query_key, split_by_query
from vision.clip.preference_recipes import PreferenceRecipe
from vision.clip.preference_set import Captioned, PairRows, PreferenceSet, pair_rows
from vision.clip.preferences import Evaluation, tune
from vision.clip.simulated import ask, search, stage_for
from vision.clip.temporal_head import load_head
from vision.clip.tuning_report import HeldOut, tuning_scores
from vision.clip.weights import save_weights
from vision.encoders import FRAME_COLUMNS, cached_frames
from vision.models import FrameVectors, ModelVersion, TitleVector, VideoState
from vision.selectors import approved_videos, text_space

MIN_HELD_OUT_PAIRS = 30  # to choose the step by, and to report on
MIN_POOL = 20  # videos in each part, for an R@1 that means anything
SIMULATED_AGREEMENT, SIMULATED_SHARE, SIMULATED_TIE_BAND = 0.75, 0.6, 0.05
SIMULATED_PAIRS_A_QUERY, SIMULATED_SEARCHES, SIMULATED_VIEWERS = 12, 4000, 500


class TooLittleError(ValueError):
    """There is not enough to tune on; the message says how much there is and how much is needed."""


@dataclass(frozen=True)
class Tables:
    """The catalogue as tuning reads it: videos by row, their ids, frames and title vectors [N, D] (length 1), rows by part."""

    ids: list[int]
    frames: FrameSet
    titles: torch.Tensor
    rows: dict[Part, torch.Tensor]

    @property
    def row_of(self) -> dict[int, int]:
        return {video_id: row for row, video_id in enumerate(self.ids)}


@dataclass(frozen=True)
class Outcome:
    """A tuned head in its file, what the gate reads of it, and the step of the best evaluation (0: nothing was better)."""

    head_file: Path
    scores: dict[str, Any]
    best: Evaluation
    num_left_out: int  # pairs of videos without cached frames


def read_tables(*, version: ModelVersion, encoder: VideoEncoder) -> Tables:
    """Read all ready videos whose frames are cached by the version's tower; raises TooLittleError."""
    titles = dict(
        TitleVector.objects.filter(text_space=text_space(version), video__state=VideoState.READY).values_list(
            "video_id", "vec"
        )
    )
    cached = FrameVectors.objects.filter(tower_version=encoder.tower_version, video_id__in=titles).order_by("video_id")
    rows = list(cached.values_list("video_id", *FRAME_COLUMNS))
    ids = [row[0] for row in rows]
    parts: dict[Part, list[int]] = {"train": [], "validation": [], "test": []}
    for row, video_id in enumerate(ids):
        parts[part_of(f"video {video_id}", seed=0)].append(row)
    if min(len(part) for part in parts.values()) < MIN_POOL:
        raise TooLittleError(
            f"{len(ids)} videos have cached frames; about {round(MIN_POOL / 0.15)} are needed to measure R@1 on"
        )
    title_ND = np.stack([np.asarray(titles[video_id], dtype=np.float32) for video_id in ids])
    frames = padded([cached_frames(*row[1:]) for row in rows])
    return Tables(ids, frames, torch.from_numpy(title_ND), {name: torch.tensor(part) for name, part in parts.items()})


def tune_to(
    pairs: Sequence[PreferencePair],
    recipe: PreferenceRecipe,
    *,
    tables: Tables,
    encoder: BundledEncoder,
    ceiling: float | None = None,
    on_evaluation: Callable[[Evaluation], None] | None = None,
) -> Outcome:
    """Tune the encoder's head to the pairs and write it; the scores are those of the file, on held-out queries and captions.

    An interrupted run on the same pairs goes on. Raises TooLittleError.
    """
    row_of = tables.row_of
    usable = [pair for pair in pairs if pair.better in row_of and pair.worse in row_of]
    parts = split_by_query(usable, seed=recipe.seed)
    _check_enough(parts, recipe, num_left_out=len(pairs) - len(usable))
    queries = sorted({query_key(pair.query) for pair in usable})
    query_text = torch.from_numpy(encoder.text(queries))
    query_row = {query: row for row, query in enumerate(queries)}
    rows: dict[Part, PairRows] = {part: pair_rows(parts[part], query_row, row_of) for part in parts}
    captioned = {part: Captioned(row_R, tables.titles[row_R]) for part, row_R in tables.rows.items()}
    data = PreferenceSet(
        tables.frames, query_text, rows["train"], rows["validation"], captioned["train"], captioned["validation"]
    )
    work = _work_folder(recipe, encoder.version, usable, tables.ids)
    tuned = tune(recipe, encoder.head, data, work, on_evaluation)
    head_file = work / "head.safetensors"
    description = {"kind": "temporal head", "config": encoder.head.config.as_dict(), "tuned_from": encoder.version}
    save_weights(head_file, tuned.head.state_dict(), description | {"recipe": asdict(recipe), "best": vars(tuned.best)})
    gold = pair_rows([pair for pair in usable if pair.is_gold], query_row, row_of)
    held_out = HeldOut(tables.frames, query_text, rows["test"], [captioned["test"]], gold)
    scores = tuning_scores(encoder.head, load_head(head_file), held_out, ceiling)
    return Outcome(head_file, scores, tuned.best, len(pairs) - len(usable))


def _check_enough(parts: dict[Part, list[PreferencePair]], recipe: PreferenceRecipe, *, num_left_out: int) -> None:
    needed: dict[Part, int] = {"train": recipe.min_pairs, "validation": MIN_HELD_OUT_PAIRS, "test": MIN_HELD_OUT_PAIRS}
    have = {
        part: len(parts[part]) if part == "train" else sum(not pair.is_tie for pair in parts[part]) for part in parts
    }
    if all(have[part] >= needed[part] for part in needed):
        return
    counts = ", ".join(f"{have[part]} of {needed[part]} to {verb}" for part, verb in _VERBS.items())
    left_out = f" {num_left_out} more are of videos without cached frames." if num_left_out else ""
    raise TooLittleError(
        f"too few pairs: {counts} ({sum(len(part) for part in parts.values())} in all, divided by query)."
        f" Label or log more, of more queries.{left_out}"
    )


_VERBS: dict[Part, str] = {"train": "tune on", "validation": "choose the step by", "test": "report on"}


def _work_folder(recipe: PreferenceRecipe, version: str, pairs: Sequence[PreferencePair], ids: Sequence[int]) -> Path:
    """Return the run's folder, named by all that it depends on: other pairs, another run."""
    told = json.dumps([asdict(recipe), version, [list(vars(pair).values()) for pair in pairs], list(ids)])
    return (
        Path(settings.TILLER_HOME)
        / "training"
        / f"preferences-{recipe.name}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    )


def simulated_pairs(
    *, stage: int, tables: Tables, encoder: BundledEncoder, seed: int
) -> tuple[list[PreferencePair], float | None]:
    """Return pairs of simulated people over the catalogue (of ids), and their agreement: mined of searches (1) or labelled (2)."""
    shown = set(approved_videos().values_list("pk", flat=True))
    row_N = torch.tensor([row for row, video_id in enumerate(tables.ids) if video_id in shown])
    tags = approved_videos().filter(pk__in=tables.ids).values_list("tags", flat=True)
    queries = sorted({query_key(tag) for some in tags for tag in some})
    query_QD = torch.from_numpy(encoder.text(queries))
    found = all_video_vectors(encoder.head, tables.frames)
    people = stage_for(tables.frames, found, tables.titles, np.zeros(len(tables.ids)), seed=seed, share=SIMULATED_SHARE)
    questions = ask(people, queries, query_QD, row_N, pairs_a_query=SIMULATED_PAIRS_A_QUERY, seed=[seed, 1])
    sharpness = questions.sharpness(SIMULATED_AGREEMENT)
    if stage == 1:
        log = search(
            people,
            queries,
            query_QD,
            row_N,
            num_searches=SIMULATED_SEARCHES,
            num_viewers=SIMULATED_VIEWERS,
            sharpness=sharpness,
            seed=[seed, 2],
        )
        return [_by_id(pair, tables.ids) for pair in mine(log)], None
    one, other = (
        questions.answered(sharpness=sharpness, tie_band=SIMULATED_TIE_BAND, seed=[seed, 3, p]) for p in (1, 2)
    )
    return [_by_id(pair, tables.ids) for pair in questions.pairs(one)], float((one == other).mean())


def _by_id(pair: PreferencePair, ids: Sequence[int]) -> PreferencePair:
    return PreferencePair(pair.query, ids[pair.better], ids[pair.worse], pair.is_tie, pair.weight)
