"""Name the colours: palettes by mood of light, and the mixing of colours."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]
"""Red, green, blue, 0..255."""


def rgb(text: str) -> Colour:
    """Read '#rrggbb'."""
    value = int(text.lstrip("#"), 16)
    return (value >> 16 & 255, value >> 8 & 255, value & 255)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return a moved towards b by a share 0..1."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def lighter(colour: Colour, share: float) -> Colour:
    """Mix with white."""
    return mix(colour, (255, 255, 255), share)


def darker(colour: Colour, share: float) -> Colour:
    """Mix with a deep blue black, which keeps shadows alive."""
    return mix(colour, (10, 10, 26), share)


@dataclass(frozen=True)
class Palette:
    """Hold the roles that a scene's colours play."""

    name: str
    phrase: str
    """How a caption says it: 'at dawn', 'in a cream studio'."""
    tag: str
    sky: tuple[Colour, Colour, Colour]
    """Background from top to horizon; indoors the wall from top to bottom."""
    far: Colour
    mid: Colour
    near: Colour
    """Layers from hazy to close; indoors the table is near."""
    ink: Colour
    """The darkest silhouette."""
    light: Colour
    """Sun, moon, lamp: what glows."""
    accent: Colour
    accent2: Colour
    dark: bool = False
    """Whether lights should be on (night and dim rooms)."""


def _palette(name: str, phrase: str, tag: str, colours: str, *, dark: bool = False) -> Palette:
    c = [rgb(word) for word in colours.split()]
    return Palette(name, phrase, tag, (c[0], c[1], c[2]), c[3], c[4], c[5], c[6], c[7], c[8], c[9], dark)


_ALL = (
    # name, phrase, tag,            sky top, sky mid, horizon,   far, mid, near, ink,                light, accent, accent2
    # ---- out of doors
    _palette(
        "dawn", "at dawn", "dawn", "#5c6fa8 #e8a5a8 #ffd9b0 #a98bb0 #6b6394 #3b3f6b #20244a #fff0c8 #f2777a #ffc27a"
    ),
    _palette(
        "morning",
        "in the morning",
        "morning",
        "#7fc4e8 #bfe4ec #fff1d6 #9cc7c4 #5fa08f #2f6f62 #173f3c #fff7d6 #f59b5b #f7d154",
    ),
    _palette(
        "day",
        "under a clear blue sky",
        "sunny",
        "#2f8fdc #74bdf0 #d6f0fb #86b7c9 #4f9a72 #2b7350 #123f35 #fffbe6 #ff6b57 #ffd23f",
    ),
    _palette(
        "golden",
        "in golden hour light",
        "golden hour",
        "#e28a4e #f7b95f #ffe6a3 #d09a62 #a5653f #6b3a2e #351d22 #fff3bf #e4573d #2f8f8b",
    ),
    _palette(
        "sunset",
        "at sunset",
        "sunset",
        "#3b2f6e #d6517d #ffac5f #8f4a7d #5b356b #33224f #190f30 #ffe39a #ff5d5d #ffb84d",
    ),
    _palette(
        "dusk",
        "at dusk",
        "dusk",
        "#1c2754 #5a4a8c #e08a8f #594f86 #383663 #222246 #10112a #ffd9a0 #ff8f6b #8fd0ff",
        dark=True,
    ),
    _palette(
        "night",
        "at night",
        "night",
        "#070b22 #121c46 #29406e #24345f #172448 #0e1733 #060a1a #fff2c4 #ffb347 #5fd4e8",
        dark=True,
    ),
    _palette(
        "moonlit",
        "by moonlight",
        "night",
        "#0b1a33 #1d3d63 #5f8fa8 #3c6480 #23455f #12283f #081523 #f2f7ff #bfe3f5 #e8d9a0",
        dark=True,
    ),
    _palette(
        "overcast",
        "on a grey day",
        "overcast",
        "#8593a3 #aeb8c2 #dfe3e4 #98a5ae #6c7c88 #465662 #26323c #fdfdf7 #e2725b #e8c468",
    ),
    _palette(
        "storm",
        "under storm clouds",
        "stormy",
        "#252c40 #49546c #8c95a0 #525d72 #384257 #242c40 #121829 #eaf2ff #8fb8ff #f2d16b",
        dark=True,
    ),
    _palette(
        "autumn",
        "in autumn colours",
        "autumn",
        "#8fb3c4 #e3d2b0 #fbe7b8 #d9a05b #c4622d #8a3524 #3f1d1c #fff1c2 #e8432e #f6a821",
    ),
    _palette(
        "spring",
        "in spring light",
        "spring",
        "#8fcdf0 #cfe9f2 #fff0f0 #bcd9b0 #86bd7f #4c8a5c #234a3d #fffbe8 #ff8fb1 #ffd76b",
    ),
    _palette(
        "winter",
        "in cold winter light",
        "winter",
        "#7ea3c9 #b9d0e4 #f3f3f6 #b6c9da #8aa5c0 #56759a #2a4263 #fffdf2 #d6483f #f3c25b",
    ),
    _palette(
        "tropical",
        "in tropical colours",
        "tropical",
        "#12a5c9 #5fd4d4 #fdf0c4 #45b8a6 #1f9478 #0f6b5b #07403f #fffbe0 #ff6f61 #ffd54a",
    ),
    _palette(
        "rose",
        "under a pink sky",
        "pink sky",
        "#7d6bb0 #e59ac0 #ffd6d9 #b98bb8 #84659f #513f75 #2a2149 #fff4e4 #ff7aa2 #ffcf8a",
    ),
    # ---- indoors and studio
    _palette(
        "cream",
        "on a cream background",
        "bright",
        "#fbf3e4 #f6e8d0 #ecd8b8 #e3c59d #c99a6b #8c5a3c #3a2620 #fffaf0 #d9573f #2f7f86",
    ),
    _palette(
        "clay",
        "in warm clay tones",
        "warm",
        "#e8b79a #d9936f #c4704f #b05c3f #8c4431 #5e2c25 #2f1617 #ffe9cf #f4d6a0 #3f7f78",
    ),
    _palette(
        "mint",
        "on a mint background",
        "fresh",
        "#d8f2e4 #b4e4d0 #8fd0bc #6fb8a8 #3f8f85 #23605f #0f3438 #f8fff6 #ff7f6a #ffd166",
    ),
    _palette(
        "blush",
        "on a soft pink background",
        "pastel",
        "#fde6e6 #f9cdd2 #f2adb9 #e58fa3 #b8607f #743a5c #351a33 #fff8f2 #5b6ee1 #ffc56b",
    ),
    _palette(
        "sky",
        "on a pale blue background",
        "pastel",
        "#e4f1fb #c4def4 #9fc4e8 #7faad8 #4c78b4 #2a4a82 #12234a #ffffff #ff8552 #ffd94f",
    ),
    _palette(
        "indigo",
        "on deep indigo",
        "dark",
        "#1a1a4a #232463 #34358a #4a4bb0 #2c2c70 #1d1d50 #0b0b26 #fff0c9 #ff7b9c #5ce1e6",
        dark=True,
    ),
    _palette(
        "ink",
        "on black",
        "dark",
        "#0b0c14 #12141f #1c2030 #2b3044 #1e2233 #141724 #06070c #fff6df #f2b84b #e8563f",
        dark=True,
    ),
    _palette(
        "lamplight",
        "by warm lamplight",
        "cosy",
        "#3a2020 #6a3a28 #a5643a #8c5230 #5f3526 #3c2220 #1b0f12 #ffdf9e #f29c4b #c9483a",
        dark=True,
    ),
    _palette(
        "neon",
        "in neon light",
        "neon",
        "#12082e #2a0f56 #5a1a7a #3f1d70 #2a1552 #190c38 #08041a #ffe6ff #ff3d9a #29e0e8",
        dark=True,
    ),
    _palette(
        "forest",
        "in deep green shade",
        "green",
        "#1f4a3f #2f6b55 #6fa57a #4a8a68 #2f664f #1b4338 #0b2220 #f6f2c0 #f2a154 #d8e06b",
    ),
    _palette(
        "deep",
        "in deep blue water",
        "underwater",
        "#0f6fa8 #0b4a86 #062a5c #1f6f9f #12507f #0a3560 #041a36 #d8fbff #ff7a59 #ffd166",
    ),
    _palette(
        "lagoon",
        "in clear turquoise water",
        "underwater",
        "#7fe6dc #38bfc9 #1487a8 #4fc4c0 #1f97a0 #106c80 #07404f #fdfff0 #ff6b6b #ffd93d",
    ),
    _palette(
        "violet",
        "in violet light",
        "violet",
        "#2a0f4f #5a2a8c #a05ac4 #7440a5 #4c2a80 #301a5a #140a2e #ffe9ff #ff8fd0 #8ff0e0",
        dark=True,
    ),
)

PALETTES: dict[str, Palette] = {p.name: p for p in _ALL}
