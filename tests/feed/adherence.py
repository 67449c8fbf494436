"""Measure how well the feed does what it was told, judged by the clips' own tags.

"X" is every clip with a tag that has X's words ("rain" and "rainbow fountain" do not meet). `OTHER_WORDS` says X in words that are no tag.
"""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from chat.models import IntentDocument
from feed.selectors import viewer_read
from feed.services.pools import pool_refresh
from feed.slates import MAX_COUNT, slate_create
from tests.feed.conftest import steer
from vision.models import ModelVersion, Video

NEXT_AFTER_NO = 200
NEXT_AFTER_MORE = 10

# Written before any was tried: what people call the things, and the tags that mean them.
OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "puppies": ("dog",),
    "kittens": ("cat",),
    "soccer matches": ("football", "soccer"),
    "the seaside": ("sea", "ocean", "beach", "coast"),
    "oceans": ("ocean", "sea"),
    "rainy weather": ("rain",),
    "outer space": ("space",),
    "mountain landscapes": ("mountains", "mountain"),
    "woodland": ("forest",),
    "desserts": ("dessert",),
    "sweets": ("sweet", "dessert"),
    "espresso": ("coffee",),
    "the tube": ("subway", "metro"),
    "railways": ("train", "railway"),
    "sailboats": ("boat", "sailing"),
    "northern lights": ("aurora", "northern lights"),
    "live concerts": ("concert", "live music"),
    "snowfall": ("snow",),
    "wild animals": ("wildlife", "animals"),
    "birds of prey": ("birds", "bird", "owl"),
    "South Korean cuisine": ("korean food",),
    "Japanese cuisine": ("japanese food",),
    "meals": ("food",),
    "handicraft": ("craft", "handmade"),
    "musical instruments": ("music",),
    "sporting events": ("sport",),
    "the lunar surface": ("moon",),
    "fall foliage": ("autumn", "falling leaves"),
    "bikes": ("bike", "bicycle", "cycling"),
    "French travel": ("france", "paris"),
}


@dataclass(frozen=True)
class After:
    """What followed one wish.

    `reached` of `possible` clips of X: shown in the next ten, or gone from the next 200. `collateral`: the share of others lost.
    """

    phrase: str
    reached: int
    possible: int
    num_there: int
    collateral: float = 0.0


def tags_by_video(videos: list[Video]) -> dict[int, set[str]]:
    """Return each video's tags."""
    return {video.pk: set(video.tags) for video in videos}


def about(tags_of: dict[int, set[str]], meant: tuple[str, ...]) -> set[int]:
    """Return the videos with a tag that has all words of one of the meant ones."""
    wanted = [set(tag.split()) for tag in meant]
    return {key for key, tags in tags_of.items() if any(words <= set(tag.split()) for words in wanted for tag in tags)}


def more_of(viewer: Any, phrase: str, meant: tuple[str, ...], tags_of: dict[int, set[str]]) -> After:
    """Say "more `phrase`" as the only wish and count the next ten; possible are at most the clips that there are."""
    _say(viewer, steer("more", phrase))
    there, shown = about(tags_of, meant), _next(viewer, NEXT_AFTER_MORE)
    return After(phrase, len(there & set(shown)), min(NEXT_AFTER_MORE, len(there)), len(there))


def none_of(viewer: Any, phrase: str, meant: tuple[str, ...], tags_of: dict[int, set[str]]) -> After:
    """Say "no `phrase`" as the only wish; compare the next 200 cards with those of the same viewer without a wish.

    `collateral`: the share of the cards about something else there that can no longer be shown.
    """
    _say(viewer)
    there, before = about(tags_of, meant), set(_next(viewer, NEXT_AFTER_NO))
    _say(viewer, steer("no", phrase, direction="less", hard=True))
    after = set(_next(viewer, NEXT_AFTER_NO))
    version_id = ModelVersion.objects.get(state="serving").pk
    read = viewer_read(viewer_id=viewer.pk, version_id=version_id, now=timezone.now())
    lost = set(read.removed["video_id"].tolist()) & (before - there)
    num_before = len(before & there)
    return After(
        phrase, max(0, num_before - len(after & there)), num_before, len(there), len(lost) / max(1, len(before - there))
    )


def _say(viewer: Any, *steers: dict[str, Any]) -> None:
    now = timezone.now()
    version = (IntentDocument.objects.filter(viewer=viewer).values_list("version", flat=True).first() or 0) + 1
    head = {"schema": "intent/1", "version": version, "updated_at": now.isoformat()}
    document = head | {"steers": list(steers), "filters": {}, "explore": 0.1}
    values = {"version": version, "document": document, "updated_at": now}
    IntentDocument.objects.update_or_create(viewer=viewer, defaults=values)
    pool_refresh(viewer_id=viewer.pk)


def _next(viewer: Any, count: int) -> list[int]:
    shown: list[int] = []
    while len(shown) < count:
        cards = slate_create(viewer_id=viewer.pk, count=min(MAX_COUNT, count - len(shown)), exclude=shown).cards
        if not cards:
            break
        shown += [card["video_id"] for card in cards]
    return shown
