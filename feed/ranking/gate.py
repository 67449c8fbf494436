"""Say whether a ranker may serve, in words. Pure. There is no way past it; going back to the former needs no second verdict."""

from feed.ranking.measures import Comparison

MIN_VIEWERS = 8  # fewer make no interval
MIN_SLATES = 50


def refusal(compared: Comparison) -> str | None:
    """Return why the ranker may not serve, None where it may: its nDCG must lie above the merge's by the interval of the gain."""
    if compared.num_viewers < MIN_VIEWERS or compared.num_slates < MIN_SLATES:
        return (
            f"{compared.num_slates} slates of {compared.num_viewers} viewers were held out;"
            f" {MIN_SLATES} of {MIN_VIEWERS} are needed to tell a gain from chance"
        )
    if not compared.gain.low > 0:
        return f"its nDCG is {compared.gain} above the merge's: not clear of no gain at all"
    return None
