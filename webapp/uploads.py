"""Show a person what became of what they brought, why, and what they can do about it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

from safety.models import Decision, ReviewJob, TargetKind
from safety.selectors.accounts import sanctions_of, verdicts_on
from safety.words import reason_words
from vision.models import Video, VideoState, Visibility

MAX_UPLOADS = 200
STATE_WORDS = {
    Visibility.PENDING: "A moderator looks at it before others can see it.",
    Visibility.APPROVED: "Everybody can see it.",
    Visibility.RESTRICTED: "Shown behind a warning.",
    Visibility.REMOVED: "Removed: nobody can see it.",
}
APPEAL_WORDS = {
    "open": "You appealed. Somebody else than the first moderator will look at it.",
    "upheld": "You appealed. Another moderator looked at it, and the decision stands.",
    "granted": "You appealed, and another moderator agreed with you.",
}
DECIDED_AGAINST = {Visibility.RESTRICTED, Visibility.REMOVED}


@login_required
@ensure_csrf_cookie
def uploads_page(request: HttpRequest) -> HttpResponse:
    """List what this person uploaded, newest first, and the warnings and suspensions that hold."""
    user_id = int(request.user.pk or 0)
    verdicts = verdicts_on(target_kind=TargetKind.VIDEO, author_id=user_id)
    videos = Video.objects.filter(uploader_id=user_id).order_by("-created_at")[:MAX_UPLOADS]
    sanctions = [
        {"it": sanction, "reason": reason_words(sanction.hazard), **_appeal(sanction.decision)}
        for sanction in sanctions_of(user_id=user_id)
    ]
    rows = [_row(video, verdicts.get(video.pk)) for video in videos]
    return render(request, "safety/uploads.html", {"rows": rows, "sanctions": sanctions})


def _row(video: Video, decision: Decision | None) -> dict[str, Any]:
    """Return what a video's line says. A reason is given where a decision is what keeps it back."""
    is_ready = video.state == VideoState.READY
    row: dict[str, Any] = {"video": video, "is_served": False}
    if video.state == VideoState.FAILED:
        return row | {"state": f"It could not be read: {video.failure_reason}"}
    row["state"] = STATE_WORDS[Visibility(video.visibility)] if is_ready else "It is being prepared."
    row["is_served"] = is_ready and video.visibility in {Visibility.APPROVED, Visibility.RESTRICTED}
    if decision is None or video.visibility not in DECIDED_AGAINST:
        return row
    return row | {"reason": reason_words(decision.hazard), **_appeal(decision)}


def _appeal(decision: Decision) -> dict[str, Any]:
    """Return which decision may be appealed, or what came of the appeal."""
    appeal = getattr(decision, "appeal", None)
    if appeal is not None:
        return {"appeal": APPEAL_WORDS[appeal.state]}
    if decision.job.source == ReviewJob.Source.APPEAL:
        return {"appeal": APPEAL_WORDS["upheld"]}
    return {"decision_id": decision.pk}
