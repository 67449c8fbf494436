"""Say what somebody does with a slate. Pure.

Cards are watched from the top (cascade model, Craswell et al. 2008): after each card the person stays with probability P_STAY, and
what they did not reach leaves no event. A like or a share also needs attention, which falls with the position as
(1 + position) ** -ATTENTION_DECAY: the position bias that a ranker has to correct. How much of a card is watched is a beta draw
around its appeal.
"""

from dataclasses import dataclass

import numpy as np

from feed.simulation.personas import Persona
from feed.simulation.world import FloatArray, World

P_STAY = 0.96
ATTENTION_DECAY = 0.2
WATCH_BASE, WATCH_GAIN = 0.12, 0.8  # mean share of a card that is watched: base + gain x appeal
WATCH_CONCENTRATION = 6.0  # of the beta distribution: a standard deviation of about .19 in the middle
SKIPPED_BELOW = 0.3  # of the length: then it was a skip
MEMORY = 20  # cards that boredom remembers
NEAR, FAR = 0.75, 0.35  # cosine from which a card repeats another wholly, and up to which not at all


@dataclass(frozen=True)
class Act:
    """One thing somebody does with the card at `position`; `kind` is that of an engagement, `value` the seconds of a watch."""

    position: int
    kind: str
    value: float | None = None


def attention(position: int) -> float:
    """Return the factor in (0, 1] on the chance of a like or a share."""
    return float((1 + position) ** -ATTENTION_DECAY)


def acts_on(
    persona: Persona, world: World, appeal_N: FloatArray, rows: list[int], before: list[int], rng: np.random.Generator
) -> list[Act]:
    """Return what the person does with the cards at `rows`, top to bottom; `before` are the rows seen earlier, oldest first."""
    acts: list[Act] = []
    for position, row in enumerate(rows):
        seen = [*before, *rows[:position]][-MEMORY:]
        appeal = float(np.clip(appeal_N[row] - persona.traits.boredom * _repeats(world, row, seen), 0, 1))
        acts += _acts_on_card(persona, appeal, position, float(world.duration_s[row]), rng)
        if rng.random() > P_STAY:
            break
    return acts


def _repeats(world: World, row: int, seen: list[int]) -> float:
    """Return in [0, 1] how much a video repeats those seen last: the mean of the three nearest."""
    if not seen:
        return 0.0
    nearest = np.sort(world.vectors[seen] @ world.vectors[row])[-3:]
    return float(np.clip((nearest - FAR) / (NEAR - FAR), 0, 1).mean())


def _acts_on_card(
    persona: Persona, appeal: float, position: int, duration_s: float, rng: np.random.Generator
) -> list[Act]:
    traits, seen_with = persona.traits, attention(position)
    mean = WATCH_BASE + WATCH_GAIN * appeal
    share = float(rng.beta(mean * WATCH_CONCENTRATION, (1 - mean) * WATCH_CONCENTRATION))
    acts = [Act(position, "impression"), Act(position, "watch", round(share * max(duration_s, 1.0), 2))]
    if share < SKIPPED_BELOW:
        acts.append(Act(position, "skip"))
    if rng.random() < traits.p_like * appeal**2 * seen_with:
        acts.append(Act(position, "like"))
    if rng.random() < traits.p_share * appeal**3 * seen_with:
        acts.append(Act(position, "share"))
    if rng.random() < traits.p_not_interested * (1 - appeal) ** 4:
        acts.append(Act(position, "not_interested"))
    return acts
