"""The camera's movement is told from the subject's, in flows whose truth is known."""

import cv2
import numpy as np
import pytest

from vision.camera import STILL, camera_of, subject_motion
from vision.keyframes import choose, measure

HEIGHT_PX, WIDTH_PX = 160, 90


def textured(seed: int = 1) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(0, 255, (HEIGHT_PX * 2, WIDTH_PX * 2), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3) * 2


def view(picture: np.ndarray, right_px: float = 0, down_px: float = 0, zoom: float = 1.0) -> np.ndarray:
    """Return the middle of a larger picture, shifted and magnified about its centre."""
    centre = (WIDTH_PX / 2, HEIGHT_PX / 2)
    move = np.array(
        [
            [zoom, 0, centre[0] - zoom * (centre[0] + WIDTH_PX / 2) + right_px],
            [0, zoom, centre[1] - zoom * (centre[1] + HEIGHT_PX / 2) + down_px],
        ]
    )
    return cv2.warpAffine(picture, move, (WIDTH_PX, HEIGHT_PX))


def flow(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST).calc(before, after, None)


@pytest.mark.parametrize(("right_px", "down_px"), [(3, 0), (-3, 0), (0, 2), (2, -2)])
def test_a_pan_is_told_with_its_side(right_px: float, down_px: float) -> None:
    picture = textured()
    before, after = view(picture), view(picture, right_px, down_px)

    camera = camera_of(flow(before, after), before, 0.5)

    assert camera.right == pytest.approx(right_px / WIDTH_PX / 0.5, abs=0.012)
    assert camera.down == pytest.approx(down_px / WIDTH_PX / 0.5, abs=0.012)
    assert abs(camera.zoom) < 0.02


def test_coming_closer_is_a_zoom_and_no_pan() -> None:
    picture = textured()
    before, after = view(picture), view(picture, zoom=1.04)

    camera = camera_of(flow(before, after), before, 1.0)

    assert camera.zoom == pytest.approx(0.04, abs=0.012)
    assert abs(camera.right) < 0.01


def test_a_subject_that_crosses_is_not_taken_for_the_camera() -> None:
    picture = view(textured())
    after = picture.copy()
    before = picture.copy()
    ball = view(textured(5))[:40, :30]
    before[60:100, 10:40], after[60:100, 16:46] = ball, ball

    seen = flow(before, after)
    camera = camera_of(seen, before, 0.5)

    assert abs(camera.right) < 0.02
    assert subject_motion(seen, 0.5, camera) > 0.005


def test_a_flat_picture_has_a_camera_that_stands_still() -> None:
    flat = np.full((HEIGHT_PX, WIDTH_PX), 90, dtype=np.uint8)

    assert camera_of(flow(flat, flat), flat, 0.3) == STILL


def test_every_keyframe_has_its_movement_and_a_cut_is_none() -> None:
    first, second = textured(1), textured(9)
    shots = [view(first, 0.8 * step) for step in range(24)] + [view(second, -0.8 * step) for step in range(24)]
    curve = measure(zip((np.arange(48) / 12).tolist(), shots, strict=True), lambda: (4.0, 48))

    keyframes = choose(curve, budget=8)

    pans = [keyframe.movement[0] for keyframe in keyframes]
    assert all(len(keyframe.motion) == 6 for keyframe in keyframes)
    assert min(pans[:2]) > 0.05
    assert max(pans[-2:]) < -0.05
    assert max(map(abs, pans)) < 0.2
