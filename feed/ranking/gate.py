"""Say whether a ranker may serve, in words. Pure. There is no way past it; going back to the former needs no second verdict."""

from collections.abc import Mapping
from typing import Any

from vision.gate import Verdict, interval, share

MIN_IMPRESSIONS = 500  # to learn from
MIN_VIEWERS = 8  # fewer make no interval
MIN_SLATES = 50


def judge_ranker(scores: Mapping[str, Any]) -> Verdict:
    """Return the verdict on {"before", "after": {"ndcg"}, "ndcg_gain_interval": [low, high], "num_slates", "num_viewers"}.

    nDCG in [0, 1] is that of the merge's order and of the ranker's on the same held-out slates; the interval is the 95 % one of a
    bootstrap over viewers and must lie wholly above 0.
    """
    try:
        before, after = (share(scores, when, "ndcg") for when in ("before", "after"))
        low, high = interval(scores, "ndcg_gain_interval", "gain in nDCG")
        num_slates, num_viewers = (int(scores.get(name) or 0) for name in ("num_slates", "num_viewers"))
    except (ValueError, TypeError) as error:
        return Verdict(False, (str(error),))
    change = f"nDCG went from {before:.3f} in the merge's order to {after:.3f} (gain {low:+.3f} to {high:+.3f})"
    if num_viewers < MIN_VIEWERS or num_slates < MIN_SLATES:
        held = f"{num_slates} slates of {num_viewers} viewers were held out"
        needed = f"{MIN_SLATES} of {MIN_VIEWERS} are needed to tell a gain from chance"
        return Verdict(False, (f"{held}; {needed}.",))
    if low <= 0 or after <= before:
        return Verdict(False, (f"{change}: not clear of no gain at all.",))
    return Verdict(True, (f"{change}.",))
