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
from vision.clip.preference_pairs import Part, PreferencePair, query_key, split_by_query
from vision.clip.preference_recipes import PreferenceRecipe
from vision.clip.preference_set import Captioned, PairRows, PreferenceSet, pair_rows
from vision.clip.preferences import Evaluation, tune
from vision.clip.simulated import ask, search, stage_for
from vision.clip.temporal_head import load_head
from vision.clip.tuning_report import HeldOut, found_scores, tuning_scores
from vision.clip.weights import save_weights
from vision.encoders import FRAME_COLUMNS, cached_frames
from vision.models import FrameVectors, ModelVersion, TitleVector
from vision.selectors import approved_videos, text_space
from vision.tuning_needs import framed_ids, rows_by_part, usable_pairs

SIMULATED_AGREEMENT, SIMULATED_SHARE, SIMULATED_TIE_BAND = 0.75, 0.6, 0.05
SIMULATED_PAIRS_A_QUERY, SIMULATED_SEARCHES, SIMULATED_VIEWERS = 12, 4000, 500


@dataclass(frozen=True)
class Tables:
    """The catalogue as tuning reads it: videos by row, their ids, frames and title vectors [N, D] as seen, rows by part."""

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
    ids = framed_ids(version=version)
    parts = rows_by_part(ids)
    space = text_space(version)
    titles = dict(TitleVector.objects.filter(text_space=space, video_id__in=ids).values_list("video_id", "vec"))
    cached = FrameVectors.objects.filter(tower_version=encoder.tower_version, video_id__in=ids).order_by("video_id")
    frames = padded([cached_frames(*row) for row in cached.values_list(*FRAME_COLUMNS)])
    title_ND = np.stack([np.asarray(titles[video_id], dtype=np.float32) for video_id in ids])
    return Tables(
        ids,
        frames,
        torch.from_numpy(encoder.as_seen(title_ND)),
        {name: torch.tensor(part) for name, part in parts.items()},
    )


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
    parts = usable_pairs(pairs, recipe, known=row_of)
    usable = [pair for pair in pairs if pair.better in row_of and pair.worse in row_of]
    queries = sorted({query_key(pair.query) for pair in usable})
    query_text = _query_text(encoder, queries)
    query_row = {query: row for row, query in enumerate(queries)}
    rows: dict[Part, PairRows] = {part: pair_rows(parts[part], query_row, row_of) for part in parts}
    captioned = {part: Captioned(row_R, tables.titles[row_R]) for part, row_R in tables.rows.items()}
    data = PreferenceSet(
        tables.frames, query_text, rows["train"], rows["validation"], captioned["train"], captioned["validation"]
    )
    work = _work_folder(recipe, tuning_hash(encoder.version, pairs, tables.ids))
    tuned = tune(recipe, encoder.head, data, work, on_evaluation)
    head_file = work / "head.safetensors"
    description = {"kind": "temporal head", "config": encoder.head.config.as_dict(), "tuned_from": encoder.version}
    save_weights(head_file, tuned.head.state_dict(), description | {"recipe": asdict(recipe), "best": vars(tuned.best)})
    scores = head_scores(head_file, usable, tables=tables, encoder=encoder, ceiling=ceiling, seed=recipe.seed)
    return Outcome(head_file, scores, tuned.best, len(pairs) - len(usable))


def head_scores(
    head_file: Path,
    pairs: Sequence[PreferencePair],
    *,
    tables: Tables,
    encoder: BundledEncoder,
    ceiling: float | None,
    seed: int,
) -> dict[str, Any]:
    """Return what the gate reads of any head against the encoder's, on held-out captions and pairs; without pairs, R@1 alone."""
    row_of = tables.row_of
    usable = [pair for pair in pairs if pair.better in row_of and pair.worse in row_of]
    test, gold = split_by_query(usable, seed=seed)["test"], [pair for pair in usable if pair.is_gold]
    queries = sorted({query_key(pair.query) for pair in [*test, *gold]})
    query_text = _query_text(encoder, queries)
    query_row = {query: row for row, query in enumerate(queries)}
    rows, gold_rows = (pair_rows(some, query_row, row_of) for some in (test, gold))
    row_R = tables.rows["test"]
    held_out = HeldOut(tables.frames, query_text, rows, [Captioned(row_R, tables.titles[row_R])], gold_rows)
    if not len(rows.decided()):
        return found_scores(encoder.head, load_head(head_file), held_out)
    return tuning_scores(encoder.head, load_head(head_file), held_out, ceiling)


def _query_text(encoder: VideoEncoder, queries: list[str]) -> torch.Tensor:
    """Return the queries' vectors [Q, D] as videos are compared with them."""
    return torch.from_numpy(encoder.as_seen(encoder.text(queries))) if queries else torch.zeros(0, encoder.dims)


def tuning_hash(version: str, pairs: Sequence[PreferencePair], ids: Sequence[int]) -> str:
    """Return the sha256 of what a tuning reads: the encoder that it starts from, the pairs in order, the videos."""
    told = json.dumps([version, [list(vars(pair).values()) for pair in pairs], list(ids)])
    return hashlib.sha256(told.encode()).hexdigest()


def _work_folder(recipe: PreferenceRecipe, data_hash: str) -> Path:
    """Return the run's folder, named by all that it depends on: other pairs, another run."""
    digest = hashlib.sha256(json.dumps([asdict(recipe), data_hash]).encode()).hexdigest()[:12]
    return Path(settings.TILLER_HOME) / "training" / f"preferences-{recipe.name}-{digest}"


def simulated_pairs(
    *, stage: int, tables: Tables, encoder: BundledEncoder, seed: int
) -> tuple[list[PreferencePair], float | None]:
    """Return pairs of simulated people over the catalogue (of ids), and their agreement: mined of searches (1) or labelled (2)."""
    shown = set(approved_videos().values_list("pk", flat=True))
    row_N = torch.tensor([row for row, video_id in enumerate(tables.ids) if video_id in shown])
    tags = approved_videos().filter(pk__in=tables.ids).values_list("tags", flat=True)
    queries = sorted({query_key(tag) for some in tags for tag in some})
    query_QD = _query_text(encoder, queries)
    found = all_video_vectors(encoder.head, tables.frames)
    shown_ND = encoder.tower.text_map.without_taste(tables.titles)
    people = stage_for(tables.frames, found, shown_ND, np.zeros(len(tables.ids)), seed=seed, share=SIMULATED_SHARE)
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
