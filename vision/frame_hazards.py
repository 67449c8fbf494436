"""Judge a video by its frames, where the encoder can see hazards (profile `open`); the bundled tower cannot, and judges none."""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety.guard.frames import hazards_seen
from safety.policy import load_policy
from vision.encoders import frames_of

if TYPE_CHECKING:
    from vision.clip.encoder import VideoEncoder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FrameDoubt:
    """Why a video's frames hold it: hazards, most probable first; `p_unsafe` None where the frames could not be judged."""

    hazards: list[str]
    p_unsafe: float | None


def doubt_of_frames(*, video_id: int, encoder: "VideoEncoder") -> FrameDoubt | None:
    """Return what holds the video, None where nothing does or the encoder cannot see hazards. A fault holds (decision 7)."""
    if encoder.profile != "open":
        return None
    try:
        frames = frames_of(video_id=video_id, tower_version=encoder.tower_version)
        if frames is None:
            return FrameDoubt([], None)
        seen = hazards_seen(frames.vectors[:, : encoder.dims], encoder.text)
    except Exception:
        logger.exception("the frames of video %s could not be judged; it is held", video_id)
        return FrameDoubt([], None)
    found = sorted((h for h, p in seen.items() if p >= load_policy().frame_at), key=lambda hazard: -seen[hazard])
    return FrameDoubt(found, seen[found[0]]) if found else None
