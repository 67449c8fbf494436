"""Make the soft masks that light and grain are laid on with; all cached."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


@lru_cache(maxsize=1)
def kernel() -> npt.NDArray[np.float32]:
    """Return a 129x129 smooth radial falloff, 1 in the middle, 0 at the rim."""
    axis = np.linspace(-1, 1, 129, dtype=np.float32)
    r = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2).clip(0, 1)
    return ((1 - r) ** 2 * (1 + 2 * r)).astype(np.float32)


@lru_cache(maxsize=1)
def _dither() -> npt.NDArray[np.float32]:
    """Return 256x256 noise in [0, 1) that hides the steps of soft gradients."""
    return np.random.default_rng(5).random((256, 256), dtype=np.float32)


def dithered(img: npt.NDArray[np.floating]) -> Image:
    """Round a float image [H, W, 3] in 0..255 to uint8 with noise instead of bands."""
    h, w = img.shape[:2]
    noise = np.tile(_dither(), (h // 256 + 1, w // 256 + 1))[:h, :w, None]
    return (img + noise).clip(0, 255).astype(np.uint8)


@lru_cache(maxsize=64)
def glow_mask(r_px: int) -> Image:
    """Return the falloff as a dithered uint8 sprite [2r+1, 2r+1, 3]."""
    mask = cv2.resize(kernel(), (2 * r_px + 1, 2 * r_px + 1), interpolation=cv2.INTER_LINEAR)[:, :, None]
    return dithered(np.repeat(np.maximum(mask * 255 - 0.5, 0), 3, axis=2))


@lru_cache(maxsize=32)
def finish_mask(width_px: int, height_px: int, vignette_256: int) -> Image:
    """Return the multiply mask [H, W, 3]: darker corners and a still paper grain (still, because it compresses well)."""
    y = np.linspace(-1, 1, height_px, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width_px, dtype=np.float32)[None, :]
    fall = 1 - (vignette_256 / 256) * np.clip((x**2 + y**2) / 2, 0, 1) ** 1.5
    grain = np.random.default_rng(11).normal(0, 0.012, (height_px, width_px)).astype(np.float32)
    mask = ((fall + grain) * 251).clip(0, 255).astype(np.uint8)
    return np.repeat(mask[:, :, None], 3, axis=2)
