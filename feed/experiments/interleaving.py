"""Let two rankings draft the cards of one slate, so that each viewer compares them. Pure.

Team-draft interleaving (Radlinski, Kurup and Joachims 2008): in each round a coin says who picks first, and each side takes its best
card that is not on the slate yet. Both sides' cards lie equally high on average, so what viewers do with a side's cards tells how good
the side is; a card that both wanted falls to either with equal chance.
"""

import random
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b


def draft_seed(*, salt: str, viewer_id: int, num_events: int, num_before: int) -> int:
    """Return the seed of one slate's coins: the same world gives the same slate, each next one other coins."""
    digest = blake2b(f"{salt}:{viewer_id}:{num_events}:{num_before}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def team_draft(
    rankings: tuple[Sequence[int], Sequence[int]],
    *,
    creators: tuple[Sequence[int], Sequence[int]],
    count: int,
    seed: int,
) -> list[tuple[int, int]]:
    """Return up to `count` picks as (side, index in that side's ranking), no item twice. `creators`: who made each item.

    A creator has at most as many cards as in the ranking that has more of them, while anything else is left: both rankings kept the
    creators' cap alone, and so the slate does.
    """
    coin = random.Random(seed)
    counts = [Counter(side) for side in creators]
    caps = {creator: max(counts[0][creator], counts[1][creator]) for creator in counts[0] | counts[1]}
    chosen: set[int] = set()
    used: Counter[int] = Counter()
    picks: list[tuple[int, int]] = []
    while len(picks) < count:
        first = coin.getrandbits(1)
        found = False
        for side in (first, 1 - first):
            index = _best(rankings[side], creators[side], chosen, used, caps)
            if index is not None and len(picks) < count:
                chosen.add(rankings[side][index])
                used[creators[side][index]] += 1
                picks.append((side, index))
                found = True
        if not found:
            break
    return picks


def _best(
    ranking: Sequence[int], creators: Sequence[int], chosen: set[int], used: Counter[int], caps: dict[int, int]
) -> int | None:
    """Return the side's first item that is not chosen, within the creators' caps where there is one."""
    left = [index for index, item in enumerate(ranking) if item not in chosen]
    within = (index for index in left if used[creators[index]] < caps[creators[index]])
    return next(within, left[0] if left else None)
