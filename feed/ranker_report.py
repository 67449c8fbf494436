"""Measure a ranker on the log's later part and print what the commands show of it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from feed.ranking.features import SOURCES
from feed.ranking.gate import MIN_IMPRESSIONS
from feed.ranking.logs import Impressions, divide
from feed.ranking.measures import Calibration, Comparison, attention, calibrations, compare
from feed.ranking.ranker import ENGAGEMENTS, UTILITY, Ranker
from feed.ranking.training import OnProgress, Recipe, train, with_card
from vision.bootstrap import estimate


class TooLittleError(ValueError):
    """The log holds too little to train and measure a ranker."""


@dataclass(frozen=True)
class Outcome:
    """A ranker trained on the earlier part of the log, measured on the later."""

    ranker: Ranker
    compared: Comparison
    calibrated: list[Calibration]
    earlier: Impressions
    later: Impressions
    data_hash: str

    @property
    def scores(self) -> dict[str, Any]:
        """Return what the gate reads and the release page shows."""
        compared = self.compared
        return {
            "before": {"ndcg": compared.merge.value, "ndcg_interval": compared.merge.interval},
            "after": {"ndcg": compared.ranker.value, "ndcg_interval": compared.ranker.interval},
            "ndcg_gain": compared.gain.value,
            "ndcg_gain_interval": compared.gain.interval,
            "num_slates": compared.num_slates,
            "num_viewers": compared.num_viewers,
        }


def train_and_measure(
    log: Impressions, *, recipe: Recipe | None = None, on_progress: OnProgress | None = None
) -> Outcome:
    """Train on what each viewer saw earlier, measure on what they saw later. Raises TooLittleError, in words."""
    recipe, (earlier, later) = recipe or Recipe(), divide(log)
    if len(earlier) < MIN_IMPRESSIONS or not later.gain.any():
        raise TooLittleError(
            f"the log has {len(log)} cards that were seen with their features; a ranker needs {MIN_IMPRESSIONS} to learn from and"
            " good engagements later. `manage.py simulate` makes some, and so does watching."
        )
    ranker = train(earlier, recipe=recipe, on_progress=on_progress)
    try:
        compared = compare(ranker, later)
    except ValueError as error:
        raise TooLittleError(str(error)) from error
    calibrated = calibrations(ranker, later)
    card = _card(earlier, recipe, compared, calibrated)
    return Outcome(with_card(ranker, card), compared, calibrated, earlier, later, log.data_hash)


def _card(earlier: Impressions, recipe: Recipe, compared: Comparison, calibrated: list[Calibration]) -> dict[str, Any]:
    """Return what the ranker's file says of itself."""
    return {
        "trained_on": {"impressions": len(earlier), "viewers": len(np.unique(earlier.viewer))},
        "until_s": float(earlier.at_s.max()),
        "recipe": asdict(recipe),
        "utility": UTILITY,
        "ndcg": asdict(compared),
        "calibration": [asdict(one) for one in calibrated],
    }


def print_outcome(outcome: Outcome, console: Console) -> None:
    """Print nDCG, calibration and what the positions cost."""
    compared = outcome.compared
    console.print(
        f"{len(outcome.earlier)} cards seen earlier to learn from, {len(outcome.later)} later to measure:"
        f" {compared.num_slates} slates of {compared.num_viewers} viewers; intervals are 95 %, by viewer"
    )
    table = Table("order of a slate", "nDCG")
    table.add_row("as the merge served it", str(compared.merge))
    table.add_row("as the ranker would have", str(compared.ranker))
    table.add_row("gain", str(compared.gain))
    console.print(table)
    console.print(_calibration_table(outcome.calibrated))
    console.print(_reliability_table(outcome.calibrated))
    console.print(_attention_table(outcome))


def _calibration_table(calibrated: list[Calibration]) -> Table:
    table = Table("engagement", "share of cards", "calibration error (ECE)")
    for one in calibrated:
        table.add_row(one.engagement, f"{one.rate:.4f}", f"{one.ece:.4f}")
    return table


def _reliability_table(calibrated: list[Calibration]) -> Table:
    """Return predicted and happened in ten bins of equally many cards."""
    table = Table("predicted / happened", *(str(number + 1) for number in range(10)))
    for one in calibrated:
        table.add_row(one.engagement, *(f"{p:.3f}\n{share:.3f}" for p, share, _ in one.bins))
    return table


def _attention_table(outcome: Outcome) -> Table:
    positions, first = np.unique(outcome.earlier.position, return_index=True)
    shown = positions <= 9
    values = attention(outcome.ranker, outcome.earlier)[first][shown]
    table = Table("position", *(f"{int(position)}" for position in positions[shown]))
    table.add_row("good done against the first", *(f"{value:.2f}" for value in values))
    return table


def print_sources(log: Impressions, console: Console) -> None:
    """Print by what the seen cards were brought and how they fared; the steered share is of slates that hold a steered card."""
    is_steer = log.source == SOURCES.index("steer")
    in_steered = np.isin(log.slate, log.slate[is_steer])
    if in_steered.any():
        share = estimate(is_steer[in_steered], log.viewer[in_steered], seed=11)
        console.print(f"steered share, where something was asked for: {share}")
    table = Table("source", "cards", *ENGAGEMENTS)
    for index, source in enumerate(SOURCES):
        mine = log.source == index
        if mine.any():
            table.add_row(source, str(mine.sum()), *(f"{rate:.3f}" for rate in log.label[mine].mean(axis=0)))
    console.print(table)
