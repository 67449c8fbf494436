"""Bring the sources together: how large a part of the slate each gets.

Words win cold: a viewer who has said something gets most of every ten cards from it. Engagements take over warm: the part of what is
similar grows with the number of engagements. The numbers are knobs of feed.configuration.
"""

from feed.ranking.compose import Lane
from feed.reading import Ask
from feed.sources.explore import explore_lane
from feed.sources.fresh import fresh_lane
from feed.sources.popular import popular_lane
from feed.sources.steers import steer_lanes
from feed.sources.user_to_item import similar_lane


def lanes_of(ask: Ask) -> list[Lane]:
    """Return the lanes of a slate with their weights; lanes may be empty."""
    wishes, knobs = ask.viewer.wishes, ask.configuration
    curious = min(1.0, wishes.explore * knobs.explore)
    only = any(wish.hard and wish.direction == "more" for wish in wishes.steers)
    steered = 1.0 if only else max(0.0, min(knobs.steered, knobs.steered_and_curious - curious))
    lanes = steer_lanes(ask, weight=steered, first_lane=0)
    left = 1.0 - steered if any(len(lane.rows) for lane in lanes) else 1.0
    explore = left * curious if left == 1.0 else min(left, curious)
    rest = left - explore
    warmth = ask.viewer.num_engagements / (ask.viewer.num_engagements + knobs.warm_at)
    similar = rest * knobs.similar_of_rest * warmth
    popular = (rest - similar) * knobs.popular_of_known
    lanes += [
        similar_lane(ask, weight=similar),
        popular_lane(ask, weight=popular),
        fresh_lane(ask, weight=rest - similar - popular),
        explore_lane(ask, weight=explore),
    ]
    for lane in lanes:
        lane.diversity *= knobs.diversity
    return lanes
