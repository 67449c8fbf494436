"""Small made-up worlds for the two towers: viewers with one taste each, items whose features show it."""

from dataclasses import replace

import numpy as np

from feed.u2i.data import KIND_ROW, Floats, Interactions
from feed.u2i.recipes import quick

TINY = replace(quick(), num_steps=40, batch=64, num_uniform=32, dims=16, width=32, max_history=6)
NUM_TASTES = 4


def tastes_world(
    *, num_viewers: int = 60, num_items: int = 40, per_viewer: int = 6, seed: int = 0
) -> tuple[Interactions, Floats]:
    """Return timed likes of items of the viewer's own taste, and skips of another's; item n and viewer n have taste n % NUM_TASTES."""
    rng = np.random.default_rng(seed)
    taste_ND = np.eye(NUM_TASTES, dtype=np.float32)[np.arange(num_items) % NUM_TASTES]
    features_NF = np.concatenate([taste_ND, rng.normal(0, 0.3, (num_items, 4)).astype(np.float32)], 1)
    rows = []
    for viewer in range(num_viewers):
        for place in range(per_viewer):
            kind = "skip" if place == 0 else "like"
            taste = (viewer + (kind == "skip")) % NUM_TASTES
            item = taste + NUM_TASTES * int(rng.integers(num_items // NUM_TASTES))
            rows.append((viewer, item, KIND_ROW[kind], 3600.0 * place))
    viewer, item, kind_row, at_s = (np.array(column) for column in zip(*rows, strict=True))
    return Interactions(viewer, item, kind_row.astype(np.uint8), at_s), features_NF
