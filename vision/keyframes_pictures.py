"""Hand a video's motion curve and its chosen frames, small, to who draws them: a confined process reads the file. Pure."""

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from vision.decode import frames_at
from vision.keyframes import SAMPLERS, choose, motion_curve
from vision.sandbox import Refused, answer, confine

MAX_PICTURE_PX = 250  # the longer side
MAX_PICTURES = 64  # narrower ones could not be made out
WRITTEN_BYTES = 32 << 20

Picture = npt.NDArray[np.uint8]


def _hand_over(request: dict[str, Any]) -> dict[str, object]:
    """Write one file's curve and small pictures where the request says; return {"keyframes": how many} or {"error": reason}."""
    path = Path(request["path"])
    try:
        curve = motion_curve(path)
        if not len(curve.times_s):
            return {"error": "damaged: no frame can be decoded"}
        budget = min(request["budget"], MAX_PICTURES) or None
        chosen = choose(curve, budget=budget, sampler=SAMPLERS[request["sampler"]])
        pictures = [_small(picture) for picture in frames_at(path, [keyframe.time_s for keyframe in chosen])]
    except (Refused, OSError, ValueError) as error:
        return {"error": str(error)}
    np.savez(
        request["out"],
        times_s=curve.times_s,
        motion=curve.motion,
        cuts_s=np.array(curve.cuts_s),
        surprise=np.zeros(len(curve.times_s)) if curve.surprise is None else curve.surprise,
        duration_s=curve.duration_s,
        num_decoded=curve.num_decoded,
        chosen=np.array([(keyframe.time_s, keyframe.score) for keyframe in chosen]),
        pictures=np.stack(pictures),
    )
    return {"keyframes": len(chosen)}


def _small(picture: Picture) -> Picture:
    height_px, width_px = picture.shape[:2]
    scale = min(1.0, MAX_PICTURE_PX / max(height_px, width_px))
    size = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def main() -> None:
    """Answer a JSON line for every request line {"path", "out", "sampler", "budget"}, confined."""
    confine(cpu_s=24 * 3600, written_bytes=WRITTEN_BYTES)
    for line in sys.stdin:
        answer(_hand_over(json.loads(line)))


if __name__ == "__main__":
    main()
