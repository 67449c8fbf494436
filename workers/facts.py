"""Gather what a reply may say: what the feed really found for what changed, and why the card on the page is there."""

from typing import Any

from chat.claims import StageClaim
from chat.intent.reply import ReplyFacts, WhyFact
from feed.models import Engagement, Kind
from feed.selectors import steer_facts


def reply_facts(*, claim: StageClaim, task: str, organised: dict[str, Any]) -> ReplyFacts:
    """Return the facts for the reply to a message; `organised` is the organise stage's answer.

    Of several new steers the one that found most is told: its count and titles are true of it, a sum would count videos twice.
    """
    why = _why(claim.viewer_id) if task == "explain" else None
    found = steer_facts(claim.viewer_id, organised["steer_ids"])
    best = max(found, key=lambda fact: fact["num_matches"], default=None)
    return ReplyFacts(
        num_matching=best["num_matches"] if best else None,
        titles=best["titles"] if best else (),
        good_match=best is None or best["num_matches"] > 0,
        why=why,
        restored=organised["restored"],
        said=claim.text,
    )


def _why(viewer_id: int) -> WhyFact | None:
    """Return the cause of the card that the viewer saw last, None if none was seen."""
    seen = Engagement.objects.filter(viewer_id=viewer_id, kind=Kind.IMPRESSION, slate__isnull=False)
    latest = seen.select_related("slate", "video").order_by("-happened_at", "-id").first()
    if latest is None or latest.slate is None:
        return None
    reason = next((card["reason"] for card in latest.slate.cards if card["video_id"] == latest.video_id), None)
    if reason is None:
        return None
    return WhyFact(title=latest.video.title, source=reason["source"], phrase=reason["phrase"], said=reason["said"])
