"""Join safety's decisions to the videos of the catalogue and to what viewers say (decision 13)."""

from typing import Any

from chat.models import Message
from chat.services.moderation import message_put_back, message_take_back
from safety.targets import TargetView
from vision.models import Video, Visibility
from vision.services import visibility_set

VISIBILITY_AFTER = {
    "approve": Visibility.APPROVED,
    "remove": Visibility.REMOVED,
    "restrict": Visibility.RESTRICTED,
}


class VideoTarget:
    """Show a video to a moderator and carry out what they decide."""

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
    """Show a viewer's message to a moderator; what they refuse steers nothing any more."""

    def describe(self, target_id: int) -> TargetView | None:
        """Return what the moderator sees, or None where the message is gone."""
        message = Message.objects.select_related("viewer", "reply").filter(pk=target_id).first()
        if message is None:
            return None
        reply = getattr(message, "reply", None)
        detail = {"state": message.state, "answer": reply.text if reply else ""}
        return TargetView(
            title=f"Message of {message.viewer.get_username()}",
            text=message.text,
            detail={name: value for name, value in detail.items() if value},
        )

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        """Leave an approved message as it is; pause the steers of one that is removed or restricted."""
        return {"paused": [] if action == "approve" else message_take_back(message_id=target_id)}

    def restore(self, target_id: int, token: dict[str, Any]) -> None:
        """Wake the steers that `apply` paused."""
        message_put_back(message_id=target_id, steer_ids=token.get("paused", []))
