"""Name the fictional people who post the demo clips, and what each of them is into."""

from __future__ import annotations

import zlib

import numpy as np

from .spec import Family

_CREATORS: dict[str, tuple[str, ...]] = {
    "Moss & Mornings": ("nature", "weather"),
    "Tilda Norrgren": ("nature", "weather", "travel"),
    "hillwalker_ines": ("nature", "travel"),
    "The Weather Window": ("weather",),
    "Oskar Rainlund": ("weather", "music"),
    "saltandswell": ("sea", "sport"),
    "Captain Brine": ("sea",),
    "Nerea Costa": ("sea", "travel"),
    "quiet_orbit": ("space",),
    "Backyard Astronomer": ("space", "nature"),
    "Satisfying Machine": ("satisfying",),
    "looplab": ("satisfying", "music"),
    "softphysics": ("satisfying",),
    "Juno Plays": ("music",),
    "Low Lights Live": ("music", "city"),
    "bowandreed": ("music", "craft"),
    "Studio Halden": ("craft",),
    "The Patient Hand": ("craft", "satisfying"),
    "Ferhat Makes": ("craft", "food"),
    "hello_hanbok": ("seoul",),
    "Minseo Walks Seoul": ("seoul",),
    "Seoul After Dark": ("seoul", "city"),
    "Slow Train Diaries": ("travel",),
    "Ade Goes Places": ("travel", "animals"),
    "nightbus_nadia": ("city",),
    "Concrete & Neon": ("city",),
    "Pan & Pepper": ("food",),
    "Grandma Lucia's Table": ("food",),
    "Paws and Plumage": ("animals",),
    "Wild Hours": ("animals", "nature"),
    "Court & Pitch": ("sport",),
    "Kaia on the Move": ("sport", "sea"),
}


def is_korean(entry: Family) -> bool:
    """Say whether a family's own tags place it in Korea."""
    return any(word in tag.lower() for tag in entry.tags for word in ("seoul", "korea"))


def creator_for(entry: Family, rng: np.random.Generator) -> str:
    """Return a creator who is into the family's topic: its favourite half of the time, else any other fan."""
    wanted = "seoul" if is_korean(entry) and entry.topic in ("travel", "city") else entry.topic
    fans = [name for name, topics in _CREATORS.items() if wanted in topics] or sorted(_CREATORS)
    favourite = zlib.crc32(entry.name.encode()) % len(fans)
    return fans[favourite] if rng.random() < 0.5 else fans[int(rng.integers(len(fans)))]
