"""Bring the sources together: how large a part of the slate each gets.

Words win cold: a viewer who has said something gets most of every ten cards from it. Engagements take over warm: the part of what is
similar grows with the number of engagements. The numbers are knobs of feed.configuration.
"""

from dataclasses import dataclass

from feed.configuration import FeedConfiguration
from feed.ranking.compose import Lane
from feed.reading import Ask
from feed.sources.explore import explore_lane
from feed.sources.fresh import fresh_lane
from feed.sources.popular import popular_lane
from feed.sources.search_session import searched_lane
from feed.sources.steers import steer_lanes
from feed.sources.user_to_item import similar_lane


@dataclass(frozen=True)
class Shares:
    """What part of a slate each source gets; they add up to 1. `steered` is shared among the steers."""

    steered: float
    similar: float
    popular: float
    fresh: float
    explore: float


def shares_of_sources(
    knobs: FeedConfiguration, *, num_engagements: float, explore: float, is_steered: bool, is_only: bool = False
) -> Shares:
    """Return the shares by what is known of the viewer: how many good signs they gave, whether they asked for something.

    `explore`: the share of exploration that they want. `is_only`: they want nothing but what they asked for.
    """
    curious = min(1.0, explore * knobs.explore)
    warmth = num_engagements / (num_engagements + knobs.warm_at)
    steered = 1.0 if is_only else max(0.0, min(knobs.steered, knobs.steered_and_curious - curious))
    left = 1.0 - steered if is_steered else 1.0
    tried = left * curious if left == 1.0 else min(left, curious)
    rest = left - tried
    similar = rest * knobs.similar_of_rest * warmth
    popular = (rest - similar) * knobs.popular_of_known
    return Shares(steered, similar, popular, rest - similar - popular, tried)


def lanes_of(ask: Ask) -> list[Lane]:
    """Return the lanes of a slate with their weights; lanes may be empty."""
    wishes, knobs = ask.viewer.wishes, ask.configuration
    lanes = steer_lanes(ask, weight=1.0, first_lane=0)
    shares = shares_of_sources(
        knobs,
        num_engagements=ask.viewer.num_engagements,
        explore=wishes.explore,
        is_steered=any(len(lane.rows) for lane in lanes),
        is_only=any(wish.hard and wish.direction == "more" for wish in wishes.steers),
    )
    for lane in lanes:
        lane.weight *= shares.steered
    unasked = [
        similar_lane(ask, weight=shares.similar),
        popular_lane(ask, weight=shares.popular),
        fresh_lane(ask, weight=shares.fresh),
    ]
    _share_out(unasked)
    lanes += [*_with_searched(ask, unasked), explore_lane(ask, weight=shares.explore)]
    for lane in lanes:
        lane.diversity *= knobs.diversity
    return lanes


def _share_out(unasked: list[Lane]) -> None:
    """Give what empty lanes have to the others here: it must not swell what was asked for."""
    whole, filled = sum(lane.weight for lane in unasked), sum(lane.weight for lane in unasked if len(lane.rows))
    if filled:
        for lane in unasked:
            lane.weight *= whole / filled if len(lane.rows) else 0.0


def _with_searched(ask: Ask, unasked: list[Lane]) -> list[Lane]:
    """Return the lanes of what nobody asked for, and with them what the viewer searched for, which takes a part of each one's share."""
    share = ask.configuration.searched_of_rest
    searched = searched_lane(ask, weight=share * sum(lane.weight for lane in unasked))
    if len(searched.rows):
        for lane in unasked:
            lane.weight *= 1 - share
    else:
        searched.weight = 0.0
    return [*unasked, searched]
