"""Join safety's decisions to the videos of the catalogue (decision 13)."""

from typing import Any

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
