"""Write what viewers set for their feed by hand."""

from feed.models import ViewerSettings


def diversity_set(*, viewer_id: int, diversity: float) -> None:
    """Set how unlike the cards of the viewer's slates shall be, in [0, 1]."""
    ViewerSettings.objects.update_or_create(viewer_id=viewer_id, defaults={"diversity": diversity})
