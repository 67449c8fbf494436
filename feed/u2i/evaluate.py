"""Score the user-to-item model, or write recommendations of outside data: `manage.py evaluate u2i`.

Without file options: every method in one run on ../shared/data/interactions/tiktok (DATA names another folder with train.csv, valid.csv
and *_feat.npy), at the default three seeds about half an hour of one free core. With them:

    manage.py evaluate u2i --train T.csv --valid V.csv --item-features A.npy B.npy --recommend OUT.csv

trains on outside data (CSV of `user,item`, features a row an item) and writes `user,item,rank`: rank from 0, 20 a user, users 0 to the
largest that is named (those named alone, where nine in ten numbers are missing). What a user has in T or V is not recommended to them:
both are known. V chooses the weights of the merge for towers that did not see it; towers trained on T and V together then recommend.
About a minute and a half of one free core.
"""

import argparse
import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from feed.u2i.contenders import Contest
from feed.u2i.data import DataError, Floats, Interactions, Ints, read_features, read_pairs
from feed.u2i.heldout import COLD, PLACES, TAIL, TAIL_MAX, HeldOut
from feed.u2i.merge import CHUNK, Sources, fit_all, joined, recommend
from feed.u2i.recipes import RECIPES, Recipe
from feed.u2i.train import train
from vision.bootstrap import Estimate
from vision.bootstrap import Floats as Doubles
from vision.clip.progress import counting

DATA = Path("../shared/data/interactions/tiktok")
MAX_GAPS = 10  # numbers a user named, above which they are names, not a count
REFERENCE, OURS = "LightGCN", "two towers, merged, 2 places kept"


def main(arguments: list[str]) -> int:
    """Print the comparison, or write recommendations; 0, or 1 with a line that says what is wrong with the input."""
    parser = argparse.ArgumentParser(prog="manage.py evaluate u2i", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--train", type=Path, help="CSV of user,item to learn from")
    parser.add_argument("--valid", type=Path, help="CSV of user,item to choose by")
    parser.add_argument("--item-features", type=Path, nargs="+", help=".npy files [items, features]")
    parser.add_argument("--recommend", type=Path, help="CSV to write")
    parser.add_argument("--data", type=Path, default=DATA, help="folder to compare the methods on")
    parser.add_argument("--recipe", choices=sorted(RECIPES), default="feed")
    parser.add_argument("--seeds", type=int, default=3, help="of the comparison")
    chosen = parser.parse_args(arguments)
    console, outside = Console(width=150), (chosen.train, chosen.valid, chosen.item_features, chosen.recommend)
    try:
        if any(outside):
            if not all(outside):
                raise DataError("--train, --valid, --item-features and --recommend go together")
            write_recommendations(*outside, RECIPES[chosen.recipe](), console)
        elif not chosen.data.is_dir():
            console.print(f"{chosen.data}: no such folder, so nothing to compare on; see --help for data of your own")
        else:
            compare(chosen.data, RECIPES[chosen.recipe](), chosen.seeds, console)
    except DataError as error:
        console.print(f"[red]error:[/] {error}", highlight=False, soft_wrap=True)
        return 1
    return 0


def read(
    train_csv: Path, valid_csv: Path, feature_files: list[Path]
) -> tuple[Interactions, Interactions, list[Floats]]:
    """Return the pairs of both files and the feature blocks; every item must have a row of features."""
    known, held_out, blocks = read_pairs(train_csv), read_pairs(valid_csv), read_features(feature_files)
    for path, pairs in ((train_csv, known), (valid_csv, held_out)):
        if pairs.item.max() >= len(blocks[0]):
            raise DataError(f"{path}: item {pairs.item.max()} has no features: there are {len(blocks[0])} rows")
    return known, held_out, blocks


def write_recommendations(
    train_csv: Path, valid_csv: Path, feature_files: list[Path], out: Path, recipe: Recipe, console: Console
) -> None:
    """Train, choose by the held-out pairs, train on all, write 20 items for every user."""
    known, held_out, blocks = read(train_csv, valid_csv, feature_files)
    if not out.parent.is_dir():
        raise DataError(f"{out}: no folder {out.parent}")
    users = users_of(known, held_out)
    num_viewers, known, held_out = len(users), as_rows(known, users), as_rows(held_out, users)
    first = trained_sources(known, num_viewers, blocks, recipe, "towers on train", console)
    pairs = HeldOut.of(held_out, known, len(blocks[0]))
    if not len(pairs):
        raise DataError(f"{valid_csv}: no pair that {train_csv} does not hold too, so nothing to choose by")
    console.print(f"choosing weights by {len(pairs)} held-out pairs")
    weights = fit_all(first, pairs)
    console.print("  ".join(f"{name} {weight:.2f}" for name, weight in zip(first.names, weights.merged, strict=True)))
    sources = trained_sources(known.joined(held_out), num_viewers, blocks, recipe, "towers on train and valid", console)
    with out.open("w", newline="") as stream, counting("recommendations", is_shown=True, console=console) as told:
        writer = csv.writer(stream)
        writer.writerow(["user", "item", "rank"])
        for start in range(0, num_viewers, 8 * CHUNK):
            viewers = np.arange(start, min(start + 8 * CHUNK, num_viewers))
            for part in np.array_split(viewers, max(1, len(viewers) // CHUNK)):
                writer.writerows(_lines(users[part], recommend(sources, weights, part)))
            told(int(viewers[-1]) + 1, num_viewers)
    console.print(
        f"{out}: up to {PLACES} items for each of {num_viewers} users, what they have in train or valid left out"
    )


def users_of(known: Interactions, held_out: Interactions) -> Ints:
    """Return whom to recommend to: 0 to the largest user named, as one without a past gets a list too; if most are missing, the named."""
    named = np.union1d(known.viewer, held_out.viewer)
    return np.arange(named[-1] + 1) if named[-1] < MAX_GAPS * len(named) else named


def as_rows(pairs: Interactions, users: Ints) -> Interactions:
    """Return the pairs with each viewer as their row in `users`."""
    return replace(pairs, viewer=np.searchsorted(users, pairs.viewer))


def trained_sources(
    known: Interactions, num_viewers: int, blocks: list[Floats], recipe: Recipe, what: str, console: Console
) -> Sources:
    """Train towers with the recipe's seed, showing how it goes, and put the other sources beside them."""
    with counting(what, is_shown=True, console=console) as told:
        towers = train(known, joined(blocks), recipe, recipe.seed, lambda done, total, _loss: told(done, total))
    return Sources(known, num_viewers, blocks, towers)


def _lines(viewer_B: Ints, item_BK: Ints) -> list[tuple[int, int, int]]:
    return [
        (int(viewer), int(item), rank)
        for viewer, items in zip(viewer_B, item_BK, strict=True)
        for rank, item in enumerate(items[items >= 0])
    ]


def compare(folder: Path, recipe: Recipe, num_seeds: int, console: Console) -> None:
    """Print every method's scores on one training set and the same held-out pairs."""
    known, valid, blocks = read(folder / "train.csv", folder / "valid.csv", sorted(folder.glob("*_feat.npy")))
    num_viewers = int(max(known.viewer.max(), valid.viewer.max())) + 1
    held_out = HeldOut.of(valid, known, len(blocks[0]))
    contest = Contest(known, held_out, blocks, num_viewers)
    seeds = [recipe.seed + number for number in range(num_seeds)]
    place_SP: dict[str, list[Ints]] = {}
    for name, settings_of in contest.baselines().items():
        try:
            runs = [
                contest.places_of_baseline(settings_of(seed))
                for seed in seeds[: None if "GCN" in name or "ALS" in name else 1]
            ]
        except ImportError:
            console.print(f"{name}: not installed here (make install-bench)")
            continue
        place_SP[name] = [places for places, _ in runs]
        console.print(f"{name}: {'; '.join(dict.fromkeys(words for _, words in runs)) or 'no settings'}")
    for seed in seeds:
        with counting(f"two towers, seed {seed}", is_shown=True, console=console) as told:
            found = contest.places_of_towers(recipe, seed, lambda done, total, _loss: told(done, total))
        for name, places in found.items():
            place_SP.setdefault(name, []).append(places)
    _print(console, held_out, place_SP)


def _print(console: Console, held_out: HeldOut, place_SP: dict[str, list[Ints]]) -> None:
    """Print a row a method; a difference whose interval holds 0 may be chance."""
    hits = {name: _mean([held_out.found(places) for places in runs]) for name, runs in place_SP.items()}
    ndcg = {name: _mean([held_out.discounted(places) for places in runs]) for name, runs in place_SP.items()}
    counts = {part: int(held_out.is_in(part).sum()) for part in ("all", COLD, TAIL)}
    console.print(
        f"{counts['all']} held-out pairs of {len(np.unique(held_out.viewer))} viewers; candidates: all items but what the viewer has"
        f" in training. Cold: no engagement in training ({counts[COLD]} pairs); tail: 1 to {TAIL_MAX} ({counts[TAIL]}). Recall@20 and"
        " nDCG@20 are means over viewers, of several seeds where chance plays a part (+- is their spread). Settings, steps and weights"
        " are chosen on the other half of the viewers. Differences: paired bootstrap over viewers, 95 %."
    )
    table = Table(
        "", "R@20", "+-", "nDCG@20", "cold R@20", "tail R@20", f"R@20 over {REFERENCE}", "R@20 of ours over it"
    )
    for name, runs in place_SP.items():
        spread = np.std([held_out.recall(held_out.found(places)).value for places in runs]) if len(runs) > 1 else None
        table.add_row(
            name,
            f"{held_out.recall(hits[name]).value:.4f}",
            "" if spread is None else f"{spread:.4f}",
            f"{held_out.recall(ndcg[name]).value:.4f}",
            *(_slice(held_out, hits[name], part) for part in (COLD, TAIL)),
            _shown(held_out.gain(hits[REFERENCE], hits[name])) if name != REFERENCE else "",
            _shown(held_out.gain(hits[name], hits[OURS])) if name != OURS else "",
        )
    console.print(table)


def _mean(value_SP: list[Doubles]) -> Doubles:
    """Return the mean over seeds of each pair's value."""
    return np.stack(value_SP).mean(0)


def _slice(held_out: HeldOut, hit_P: Doubles, part: str) -> str:
    if not held_out.is_in(part).any():
        return "none"
    found = held_out.recall(hit_P, part)
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _shown(found: Estimate) -> str:
    return f"{found.value:+.4f} ({found.low:+.4f} to {found.high:+.4f})"
