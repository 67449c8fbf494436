"""Render the training clips and keep what training reads of them: keyframes at 112 px with times and motion, and their words. Pure.

Half is rendered in motion at 12 frames/s and goes through the same flow and keyframe choice as an ingested file; the rest gives
random moments only, which is ten times cheaper and enough for the frame tower. Parts are files: an interrupted run goes on.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from vision.clip.towers import IMAGE_SIDE_PX
from vision.decode import SAMPLE_HZ
from vision.keyframes import MotionCurve, adaptive, measure
from vision.movements import NUM_MOVEMENTS
from vision.scenes.catalogue import frame_at, still_caption, training_specs
from vision.scenes.spec import EVENT_S, SceneSpec, number_word

FRAMES_A_CLIP = 8
CLIPS_A_PART = 100
FULL_HEIGHT_PX = IMAGE_SIDE_PX * 16 // 9
FLOW_SIZE = (90, 160)


@dataclass(frozen=True)
class Clips:
    """N clips: frames uint8 [N, 8, 112, 112, 3] RGB, seconds [N, 8], motion [N, 8, 6] (vision/keyframes.py), five texts a clip."""

    frames: npt.NDArray[np.uint8]
    times_s: npt.NDArray[np.float32]
    motion: npt.NDArray[np.float32]
    texts: list[list[str]]
    specs: list[SceneSpec]

    def __len__(self) -> int:
        return len(self.texts)


def texts_of(spec: SceneSpec) -> list[str]:
    """Return what people might write for a clip: the whole caption, its subject, its tags; then what one frame can show of it.

    The last two say neither pace nor camera, the very last names the event: what a frame within the event shows.
    """
    subject = spec.subject.format(n=number_word(spec.count), s="" if spec.count == 1 else "s")
    still = still_caption(spec)
    return [spec.caption, subject, ", ".join(spec.tags[:5]), still, f"{still}; {spec.event}" if spec.event else still]


def is_in_event(clips: Clips) -> npt.NDArray[np.bool_]:
    """Return which frames [N, 8] show the clip's event."""
    starts_N1 = np.array([[spec.event_at_s if spec.event else np.inf] for spec in clips.specs])
    return (clips.times_s >= starts_N1) & (clips.times_s <= starts_N1 + EVENT_S)


def scenes_digest() -> str:
    """Return eight hex digits of the source that renders and measures: clips cached from an older one are not mixed in."""
    folder = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for file in [*sorted((folder / "scenes").glob("*.py")), folder / "camera.py", folder / "keyframes.py"]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def load_clips(
    folder: Path, *, seed: int, count: int, in_motion: bool, on_part: Callable[[int, int], None] | None = None
) -> Clips:
    """Return `count` clips of a seed, rendering the parts that are not in the folder yet; `on_part` hears (done, total)."""
    kind = "moving" if in_motion else "still"
    specs = list(training_specs(seed, count))
    parts: list[tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]] = []
    for start in range(0, count, CLIPS_A_PART):
        path = folder / f"{kind}-{seed}-{start}.npz"
        chosen = specs[start : start + CLIPS_A_PART]
        parts.append(_load_part(path, chosen, in_motion, seed))
        if on_part:
            on_part(min(start + CLIPS_A_PART, count), count)
    frames, times_s, motion = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Clips(frames, times_s, motion, [texts_of(spec) for spec in specs], specs)


def _load_part(
    path: Path, specs: Sequence[SceneSpec], in_motion: bool, seed: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    names = hashlib.sha256(json.dumps([spec.to_json() for spec in specs]).encode()).hexdigest()
    if path.exists():
        with np.load(path) as saved:
            if str(saved["names"]) == names:
                return saved["frames"], saved["times_s"], saved["motion"]
    rendered = [render_moving(spec) if in_motion else render_still(spec, seed) for spec in specs]
    frames, times_s, motion = (np.stack(column) for column in zip(*rendered, strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npz")
    np.savez(draft, frames=frames, times_s=times_s, motion=motion, names=names)
    draft.replace(path)
    return frames, times_s, motion


def render_still(
    spec: SceneSpec, seed: int
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return 8 random moments; half of them inside the event, if there is one, so that the tower learns to see it."""
    rng = np.random.default_rng([seed, spec.seed])
    times_s = rng.uniform(0, spec.duration_s, FRAMES_A_CLIP)
    if spec.event:
        times_s[::2] = spec.event_at_s + rng.uniform(0.05, 0.45, FRAMES_A_CLIP // 2)
    frame = frame_at(spec, IMAGE_SIDE_PX, IMAGE_SIDE_PX)
    times_s = np.sort(times_s)
    pictures = np.stack([frame(float(time_s)).copy() for time_s in times_s])
    return pictures, times_s.astype(np.float32), np.zeros((FRAMES_A_CLIP, 1 + NUM_MOVEMENTS), np.float32)


def render_moving(spec: SceneSpec) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the 8 adaptive keyframes of the whole clip, measured as an ingest would measure the file."""
    pictures, curve = render_sampled(spec)
    chosen = adaptive(curve, FRAMES_A_CLIP)
    indices = [round(keyframe.time_s * SAMPLE_HZ) for keyframe in chosen]
    return (
        np.stack([pictures[index] for index in indices]),
        np.array([keyframe.time_s for keyframe in chosen], np.float32),
        np.array([keyframe.motion for keyframe in chosen], np.float32),
    )


def render_sampled(spec: SceneSpec) -> tuple[list[npt.NDArray[np.uint8]], MotionCurve]:
    """Return the clip's pictures uint8 [112, 112, 3] at 12 a second with their motion, measured as an ingest would."""
    frame = frame_at(spec, IMAGE_SIDE_PX, FULL_HEIGHT_PX)
    pictures: list[npt.NDArray[np.uint8]] = []
    lumas: list[npt.NDArray[np.uint8]] = []
    times_s = np.arange(round(spec.duration_s * SAMPLE_HZ)) / SAMPLE_HZ
    top = (FULL_HEIGHT_PX - IMAGE_SIDE_PX) // 2
    for time_s in times_s:
        picture = frame(float(time_s))
        gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        lumas.append(np.asarray(cv2.resize(gray, FLOW_SIZE, interpolation=cv2.INTER_LINEAR), dtype=np.uint8))
        pictures.append(picture[top : top + IMAGE_SIDE_PX].copy())
    return pictures, measure(zip(times_s.tolist(), lumas, strict=True), lambda: (spec.duration_s, len(lumas)))
