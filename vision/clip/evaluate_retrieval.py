"""Print what the shipped video encoder finds by words: the part "retrieval" of `manage.py evaluate video`.

Held-out rendered clips of seeds that no training used: recall in a pool of near-twins, accuracy an attribute, open-vocabulary queries,
the ablation of samplers and budgets overall and on the action slice; then real clips by their titles, where the folder is there.
500 + 320 + 515 clips take about seven minutes on one core.
"""

import csv
import json
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from vision.bootstrap import gain
from vision.clip.ablation import (
    BUDGETS,
    SERVED,
    SETTINGS,
    SampledClips,
    pooled,
    sample_clips,
)
from vision.clip.encoder import BundledEncoder, Floats
from vision.clip.heads import keyframe_vectors
from vision.clip.pools import TWINS, action_specs, distinct_specs, family_specs
from vision.clip.scores import attribute_accuracy, ranks, recall, wrong_attributes
from vision.probe import Refused

POOL_SEED, ACTION_SEED, OPEN_SEED = 9001, 9101, 9201
OPEN_QUERIES = Path(__file__).parent / "golden" / "open_queries.jsonl"
CLIPS_A_FAMILY = 5


def show_retrieval(console: Console, encoder: BundledEncoder, *, pool: int, action: int, clips: Path) -> None:
    """Print every table; `pool` captions, `action` clips of the action slice, and real clips with their manifest in `clips`."""
    console.print(f"encoder {encoder.version}")
    ordinary = sample_clips(encoder, distinct_specs(POOL_SEED, pool))
    _print_pool(console, encoder, ordinary)
    _print_open(console, encoder)
    short = sample_clips(encoder, action_specs(ACTION_SEED, action))
    _print_ablation(console, encoder, ordinary, "ordinary clips")
    _print_ablation(console, encoder, short, "action slice: the event decides")
    if clips.is_dir():
        _print_real(console, encoder, clips)
    else:
        console.print(f"{clips}: no such folder, so no real clips")


def _texts(encoder: BundledEncoder, clips: SampledClips) -> Floats:
    return encoder.as_seen(encoder.text([spec.caption for spec in clips.specs]))


def _print_pool(console: Console, encoder: BundledEncoder, pool: SampledClips) -> None:
    text_ND = _texts(encoder, pool)
    table = Table(
        "way", "R@1", "R@5", "R@10", "MRR", title=f"text to video, {len(pool.specs)} captions with near-twins"
    )
    for name, setting, by_head in (
        ("middle frame", ("middle", 1), False),
        ("mean of frames", SERVED, False),
        ("temporal head", SERVED, True),
    ):
        scores = recall(ranks(pooled(encoder, pool.frames[setting], by_head=by_head), text_ND))
        table.add_row(name, *(f"{value:.3f}" for value in scores.values()))
    console.print(table)
    video_ND = pooled(encoder, pool.frames[SERVED])
    own = Table(
        "attribute", "own before near-twin", "pairs", title="near-twins that differ in one attribute (chance .5)"
    )
    for name, (share, count) in attribute_accuracy(pool.specs, video_ND, text_ND).items():
        own.add_row(name, f"{share:.3f}", str(count))
    console.print(own)
    wrong = wrong_attributes(pool.specs, video_ND, text_ND)
    console.print("wrong at rank 1:", ", ".join(f"{name} {count}" for name, count in list(wrong.items())[:8]))


def _print_open(console: Console, encoder: BundledEncoder) -> None:
    rows = [json.loads(line) for line in OPEN_QUERIES.read_text("utf-8").splitlines()]
    clips = sample_clips(encoder, family_specs(OPEN_SEED, CLIPS_A_FAMILY), [SERVED])
    video_ND = pooled(encoder, clips.frames[SERVED])
    family_N = np.array([spec.family for spec in clips.specs])
    query_QD = encoder.as_seen(encoder.text([row["query"] for row in rows]))
    best_Q5 = np.argsort(-(query_QD @ video_ND.T), axis=1)[:, :5]
    precision = [
        float(np.isin(family_N[best], row["families"]).mean()) for row, best in zip(rows, best_Q5, strict=True)
    ]
    console.print(
        f"{len(rows)} open-vocabulary queries over {len(clips.specs)} clips: precision@5 {np.mean(precision):.3f}"
    )
    for share, row, best in sorted(zip(precision, rows, best_Q5, strict=True), key=lambda each: each[0])[:8]:
        if share < 1:
            console.print(f"  {share:.1f} {row['query']!r}: {', '.join(family_N[best])}")


def _print_ablation(console: Console, encoder: BundledEncoder, clips: SampledClips, title: str) -> None:
    text_ND = _texts(encoder, clips)
    hits = {
        (setting, by_head): ranks(pooled(encoder, clips.frames[setting], by_head=by_head), text_ND) == 0
        for setting in SETTINGS
        for by_head in (False, True)
    }
    table = Table("frames", "mean", "head", "event seen", title=f"R@1, {len(clips.specs)} {title}")
    for setting in SETTINGS:
        has_event = np.array([spec.event is not None for spec in clips.specs])
        seen = clips.event_seen[setting][has_event].mean() if has_event.any() else float("nan")
        cells = (f"{hits[setting, by_head].mean():.3f}" for by_head in (False, True))
        table.add_row(f"{setting[0]} {setting[1]}", *cells, f"{seen:.2f}")
    console.print(table)
    for budget in BUDGETS:
        before, after = (hits[(sampler, budget), True].astype(float) for sampler in ("uniform", "adaptive"))
        found = gain(before, after, np.arange(len(before)) // TWINS)
        console.print(
            f"  adaptive over uniform at {budget}: {found.value:+.3f} (95 % {found.low:+.3f} to {found.high:+.3f})"
        )


def _print_real(console: Console, encoder: BundledEncoder, folder: Path) -> None:
    """Real clips by their titles: what a tower that has seen drawings only can and cannot see."""
    manifest = next(folder.glob("*.csv"), None)
    if manifest is None:
        console.print(f"{folder}: no manifest, so no titles to ask for")
        return
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (folder / row["path"]).is_file()]
    videos, titles = [], []
    for row in track(rows, description="real clips", console=console, transient=True):
        try:
            videos.append(keyframe_vectors(encoder, folder / row["path"]))
        except (Refused, OSError, ValueError):
            continue
        titles.append(row["title"])
    scores = recall(ranks(pooled(encoder, videos), encoder.as_seen(encoder.text(titles))))
    chance = 1 / max(len(titles), 1)
    console.print(
        f"{len(titles)} real clips by their titles, pictures alone:",
        ", ".join(f"{name} {value:.3f}" for name, value in scores.items()),
        f"(chance R@1 {chance:.3f}, R@10 {10 * chance:.3f})",
    )
