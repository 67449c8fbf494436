"""Join safety's decisions to the videos of the catalogue and to what viewers say (decision 13)."""

import hashlib
from collections.abc import Collection
from typing import Any

from chat.models import Message
from chat.selectors import turns_around
from chat.services.moderation import message_put_back, message_take_back
from feed.models import VideoStats
from safety.targets import TargetFacts, TargetView, Turn
from vision.models import Video, Visibility
from vision.selectors import title_text
from vision.services import visibility_set

VISIBILITY_AFTER = {
    "approve": Visibility.APPROVED,
    "remove": Visibility.REMOVED,
    "restrict": Visibility.RESTRICTED,
}


class VideoTarget:
    """Show a video to a moderator and carry out what they decide."""

    actions = frozenset(VISIBILITY_AFTER)

    def facts(self, target_ids: Collection[int]) -> dict[int, TargetFacts]:
        """Return uploader, content hash, impressions and words of each video."""
        stats = VideoStats.objects.filter(video_id__in=target_ids)
        reach = dict(stats.values_list("video_id", "num_impressions"))
        return {
            video.pk: TargetFacts(
                author_id=video.uploader_id,
                content_key=video.content_hash or "",
                reach=reach.get(video.pk, 0),
                text=title_text(video.title, video.tags),
            )
            for video in Video.objects.filter(pk__in=target_ids)
        }

    def describe(self, target_id: int) -> TargetView | None:
        """Return what the moderator sees, or None where the video is gone."""
        video = Video.objects.filter(pk=target_id).first()
        if video is None:
            return None
        detail = {
            "creator": video.creator,
            "tags": ", ".join(video.tags),
            "visibility": video.visibility,
            "source": video.source,
        }
        return TargetView(
            title=video.title,
            media_url=f"/media/{video.media_path}" if video.media_path else "",
            poster_url=f"/media/{video.poster_path}" if video.poster_path else "",
            detail={name: value for name, value in detail.items() if value},
        )

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        """Set the visibility that follows from the action; the token is the former one."""
        return {"visibility": visibility_set(video_id=target_id, visibility=VISIBILITY_AFTER[action])}

    def restore(self, target_id: int, token: dict[str, Any]) -> None:
        """Set the former visibility again."""
        if token.get("visibility"):
            visibility_set(video_id=target_id, visibility=Visibility(token["visibility"]))


class MessageTarget:
    """Show a viewer's message among the turns around it; one that is refused steers nothing any more."""

    actions = frozenset({"approve", "remove"})

    def facts(self, target_ids: Collection[int]) -> dict[int, TargetFacts]:
        """Return who wrote each message and its words; equal words are one content."""
        return {message.pk: _message_facts(message) for message in Message.objects.filter(pk__in=target_ids)}

    def describe(self, target_id: int) -> TargetView | None:
        """Return the message with what was said before and after, or None where it is gone."""
        message = Message.objects.filter(pk=target_id).first()
        if message is None:
            return None
        turns = [
            Turn(turn.author, turn.text, is_target=turn.pk == target_id) for turn in turns_around(message_id=target_id)
        ]
        return TargetView(title=message.text[:120], turns=turns, detail={"state": message.state})

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        """Leave an approved message as it is; pause the steers of one that is removed."""
        return {"paused": [] if action == "approve" else message_take_back(message_id=target_id)}

    def restore(self, target_id: int, token: dict[str, Any]) -> None:
        """Wake the steers that `apply` paused."""
        message_put_back(message_id=target_id, steer_ids=token.get("paused", []))


def _message_facts(message: Message) -> TargetFacts:
    words = " ".join(message.text.casefold().split())
    key = hashlib.sha256(words.encode()).hexdigest()
    return TargetFacts(author_id=message.viewer_id, content_key=key, reach=1, text=message.text, role="viewer")
