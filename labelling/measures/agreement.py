"""Say how far people agree: Krippendorff's alpha over all, and each labeller against the others. Pure.

An answer is about the first video against the second: "better", "worse", "tie", "both_bad". Alpha is own code because the kept library
(`krippendorff`) is under the GPL; a test holds it to Krippendorff's published example.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

Said = tuple[Hashable, Hashable, str]  # question, labeller, answer
Floats = npt.NDArray[np.float64]
ORDER = ("worse", "tie", "better")  # on the ordinal scale; "both bad" is no place on it


def by_question(answers: Iterable[Said]) -> dict[Hashable, dict[Hashable, str]]:
    """Return each question's answers by labeller, a labeller's last one."""
    found: dict[Hashable, dict[Hashable, str]] = defaultdict(dict)
    for question, labeller, answer in answers:
        found[question][labeller] = answer
    return found


def alpha(units: Iterable[Sequence[str]], *, order: Sequence[str] | None = None) -> float | None:
    """Return Krippendorff's alpha of the answers to each question: 1 full agreement, 0 what chance gives, below 0 worse.

    Nominal, or ordinal where `order` names the scale; answers that are not on it are left out. None where no two people met, or
    where everybody always said the same (chance cannot be told from agreement). Source: Krippendorff (2011), "Computing
    Krippendorff's Alpha-Reliability".
    """
    kept = [[said for said in unit if order is None or said in order] for unit in units]
    met = [unit for unit in kept if len(unit) > 1]
    values = list(order) if order is not None else sorted({said for unit in met for said in unit})
    coincidence = _coincidence(met, values)
    totals = coincidence.sum(0)
    if (totals > 0).sum() < 2:
        return None
    apart = _ordinal(totals) if order is not None else 1.0 - np.eye(len(values))
    observed = (coincidence * apart).sum()
    by_chance = (np.outer(totals, totals) * apart).sum() / (totals.sum() - 1)
    return float(1 - observed / by_chance)


def _coincidence(units: Sequence[Sequence[str]], values: Sequence[str]) -> Floats:
    """Return how often two values met in a question, each ordered pair of people weighed by 1 / (people - 1)."""
    row = {value: at for at, value in enumerate(values)}
    table = np.zeros((len(values), len(values)))
    for unit in units:
        count = np.bincount([row[said] for said in unit], minlength=len(values)).astype(np.float64)
        table += (np.outer(count, count) - np.diag(count)) / (len(unit) - 1)
    return table


def _ordinal(totals: Floats) -> Floats:
    """Return the squared ordinal distance of every two values: how many answers lie between them, their own counted half."""
    middle = np.cumsum(totals) - totals / 2
    distance: Floats = (middle[:, None] - middle[None, :]) ** 2
    return distance


def with_others(answers: Iterable[Said]) -> dict[Hashable, tuple[int, int]]:
    """Return by labeller (times they said the same as another, times they met another), over all questions."""
    same: Counter[Hashable] = Counter()
    met: Counter[Hashable] = Counter()
    for said in by_question(answers).values():
        for (one, first), (other, second) in combinations(said.items(), 2):
            met.update((one, other))
            same.update((one, other) if first == second else ())
    return {labeller: (same[labeller], count) for labeller, count in met.items()}


def disputed(said: Mapping[Hashable, str]) -> bool:
    """Return whether two people answered differently in a way that matters: over which is better, not over tie or both bad."""
    return {"better", "worse"} <= set(said.values())


def unanimous(said: Mapping[Hashable, str], *, at_least: int) -> str | None:
    """Return the answer that everybody gave where so many did and it names a better video, else None."""
    answers = set(said.values())
    return (
        next(iter(answers)) if len(said) >= at_least and len(answers) == 1 and answers <= {"better", "worse"} else None
    )
