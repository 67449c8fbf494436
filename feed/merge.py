"""Bring the sources together: how large a part of the slate each gets.

Words win cold: a viewer who has said something gets STEERED of every ten cards from it. Engagements take over warm: the part of
what is similar grows with the number of engagements. Hand-set until they are learned; each number says what it keeps.
"""

from feed.ranking.compose import Lane
from feed.reading import Ask
from feed.sources.explore import explore_lane
from feed.sources.fresh import fresh_lane
from feed.sources.popular import popular_lane
from feed.sources.steers import steer_lanes
from feed.sources.user_to_item import similar_lane

STEERED = 0.8  # eight cards in ten: at least six must be on topic, and two more may miss
STEERED_AND_CURIOUS = 0.95  # steers and exploration together: a viewer who asked for surprises gets fewer steered cards
WARM_AT = 5  # engagements at which "similar" has half of what it can get
SIMILAR_OF_REST = 0.75
POPULAR_OF_KNOWN = 0.45  # the others of the unsteered part are fresh


def lanes_of(ask: Ask) -> list[Lane]:
    """Return the lanes of a slate with their weights; lanes may be empty."""
    wishes = ask.viewer.wishes
    only = any(wish.hard and wish.direction == "more" for wish in wishes.steers)
    steered = 1.0 if only else min(STEERED, STEERED_AND_CURIOUS - wishes.explore)
    lanes = steer_lanes(ask, weight=max(0.0, steered), first_lane=0)
    left = 1.0 - steered if any(len(lane.rows) for lane in lanes) else 1.0
    explore = left * wishes.explore if left == 1.0 else min(left, wishes.explore)
    rest = left - explore
    warmth = ask.viewer.num_engagements / (ask.viewer.num_engagements + WARM_AT)
    similar = rest * SIMILAR_OF_REST * warmth
    popular = (rest - similar) * POPULAR_OF_KNOWN
    return [
        *lanes,
        similar_lane(ask, weight=similar),
        popular_lane(ask, weight=popular),
        fresh_lane(ask, weight=rest - similar - popular),
        explore_lane(ask, weight=explore),
    ]
