"""Say whether a user-to-item candidate may be released, in words: it must find more of what viewers took next than what serves now. Pure.

Nothing passes that was not measured, and there is no way past it, as for the video index (vision/gate.py).
"""

from collections.abc import Mapping
from typing import Any

from vision.gate import Verdict, interval, share

MIN_GOOD = 200  # likes, shares and clips watched to the end, of all viewers together: fewer teach nothing
MIN_HELD_OUT = 20  # viewers whose last engagements are held out: fewer say nothing


def judge_u2i(scores: Mapping[str, Any]) -> Verdict:
    """Return the verdict on {"before", "after": {"recall_at_20"}, "recall_gain_interval": [low, high], "num_viewers"}.

    Recall in [0, 1] is over the same viewers' held-out engagements; the interval is the 95 % one of a paired bootstrap over viewers and
    must lie wholly above 0.
    """
    try:
        before, after = (share(scores, when, "recall_at_20") for when in ("before", "after"))
        low, high = interval(scores, "recall_gain_interval", "gain in recall")
        num_viewers = int(scores.get("num_viewers") or 0)
    except (ValueError, TypeError) as error:
        return Verdict(False, (str(error),))
    change = f"Recall@20 went from {before:.3f} to {after:.3f} (gain {100 * low:+.1f} to {100 * high:+.1f} points)"
    if num_viewers < MIN_HELD_OUT:
        return Verdict(False, (f"{change}, over {num_viewers} viewers: {MIN_HELD_OUT} are needed.",))
    if low <= 0 or after <= before:
        return Verdict(False, (f"{change}: not clear of no gain at all.",))
    return Verdict(True, (f"{change}.",))
