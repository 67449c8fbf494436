"""Render the training clips and keep what training reads of them: keyframes at 112 px with times and motion, and their words. Pure.

What is in motion is rendered at 12 frames/s and goes through the same flow and keyframe choice as an ingested file; stills are
random moments only, which is ten times cheaper and enough for the frame tower. Parts are files: an interrupted run goes on.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from vision.clip.pools import action_specs
from vision.clip.towers import IMAGE_SIDE_PX
from vision.decode import SAMPLE_HZ
from vision.keyframes import MotionCurve, adaptive, measure
from vision.movements import NUM_MOVEMENTS
from vision.scenes.catalogue import frame_at, still_caption, training_specs
from vision.scenes.spec import EVENT_S, SceneSpec, number_word

FRAMES_A_CLIP = 8
NUM_TEXTS = 6
CAPTION, SUBJECT, TAGS, TITLE, STILL, STILL_IN_EVENT = range(NUM_TEXTS)  # of a clip's texts
CLIPS_A_PART = 100
FULL_HEIGHT_PX = IMAGE_SIDE_PX * 16 // 9
FLOW_SIZE = (90, 160)

Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]  # frames, seconds, motion
OnPart = Callable[[int, int], None]
Kind = Literal[
    "still", "moving", "action"
]  # eight random moments; keyframes of clips in motion; the same, near-twins in their event alone


@dataclass(frozen=True)
class Clips:
    """N clips: frames uint8 [N, 8, 112, 112, 3] RGB, seconds [N, 8], motion [N, 8, 6] (vision/keyframes.py), six texts a clip."""

    frames: npt.NDArray[np.uint8]
    times_s: npt.NDArray[np.float32]
    motion: npt.NDArray[np.float32]
    texts: list[list[str]]
    specs: list[SceneSpec]

    def __len__(self) -> int:
        return len(self.texts)


def texts_of(spec: SceneSpec) -> list[str]:
    """Return what people might write for a clip: the whole caption, its subject, its tags, a title; then what one frame can show of it.

    The last two say neither pace nor camera, the very last names the event: what a frame within the event shows.
    """
    subject = spec.subject.format(n=number_word(spec.count), s="" if spec.count == 1 else "s")
    still = still_caption(spec)
    shown_in_event = f"{still}; {spec.event}" if spec.event else still
    return [spec.caption, subject, ", ".join(spec.tags[:5]), spec.title, still, shown_in_event]


def is_in_event(clips: Clips) -> npt.NDArray[np.bool_]:
    """Return which frames [N, 8] show the clip's event."""
    starts_N1 = np.array([[spec.event_at_s if spec.event else np.inf] for spec in clips.specs])
    return (clips.times_s >= starts_N1) & (clips.times_s <= starts_N1 + EVENT_S)


def scenes_digest() -> str:
    """Return eight hex digits of the source that renders and measures: clips cached from an older one are not mixed in."""
    folder = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    measures = [folder / name for name in ("camera.py", "keyframes.py", "surprise.py")]
    for file in [*sorted((folder / "scenes").glob("*.py")), *measures]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def load_clips(folder: Path, kind: Kind, *, seed: int, count: int, on_part: OnPart | None = None) -> Clips:
    """Return `count` clips of a seed, rendering the parts that are not in the folder yet; `on_part` hears (done, total)."""
    return joined_clips(count, clip_parts(folder, kind, seed=seed, count=count, on_part=on_part))


def clip_parts(
    folder: Path, kind: Kind, *, seed: int, count: int, on_part: OnPart | None = None
) -> Iterator[tuple[list[SceneSpec], Arrays]]:
    """Yield the clips of a seed a hundred at a time: their specs, and frames, seconds and motion."""
    specs = action_specs(seed, count) if kind == "action" else list(training_specs(seed, count))
    for start in range(0, count, CLIPS_A_PART):
        path = folder / f"{kind}-{seed}-{start}.npz"
        chosen = specs[start : start + CLIPS_A_PART]
        yield chosen, _load_part(path, chosen, kind, seed)
        if on_part:
            on_part(min(start + CLIPS_A_PART, count), count)


def joined_clips(count: int, parts: Iterable[tuple[list[SceneSpec], Arrays]]) -> Clips:
    """Return `count` clips in one piece; beside it no more than one part is in memory (10,000 clips are 3 GB)."""
    picture = (FRAMES_A_CLIP, IMAGE_SIDE_PX, IMAGE_SIDE_PX, 3)
    clips = Clips(
        np.empty((count, *picture), np.uint8),
        np.empty((count, FRAMES_A_CLIP), np.float32),
        np.empty((count, FRAMES_A_CLIP, 1 + NUM_MOVEMENTS), np.float32),
        texts=[],
        specs=[],
    )
    for specs, (frames, times_s, motion) in parts:
        rows = slice(len(clips), len(clips) + len(specs))
        clips.frames[rows], clips.times_s[rows], clips.motion[rows] = frames, times_s, motion
        clips.specs.extend(specs)
        clips.texts.extend(texts_of(spec) for spec in specs)
    return clips


def _load_part(path: Path, specs: Sequence[SceneSpec], kind: Kind, seed: int) -> Arrays:
    names = hashlib.sha256(json.dumps([spec.to_json() for spec in specs]).encode()).hexdigest()
    if path.exists():
        with np.load(path) as saved:
            if str(saved["names"]) == names:
                return saved["frames"], saved["times_s"], saved["motion"]
    rendered = [render_still(spec, seed) if kind == "still" else render_moving(spec) for spec in specs]
    frames, times_s, motion = (np.stack(column) for column in zip(*rendered, strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npz")
    np.savez(draft, frames=frames, times_s=times_s, motion=motion, names=names)
    draft.replace(path)
    return frames, times_s, motion


def render_still(spec: SceneSpec, seed: int) -> Arrays:
    """Return 8 random moments; half of them inside the event, if there is one, so that the tower learns to see it."""
    rng = np.random.default_rng([seed, spec.seed])
    times_s = rng.uniform(0, spec.duration_s, FRAMES_A_CLIP)
    if spec.event:
        times_s[::2] = spec.event_at_s + rng.uniform(0.05, 0.45, FRAMES_A_CLIP // 2)
    frame = frame_at(spec, IMAGE_SIDE_PX, IMAGE_SIDE_PX)
    times_s = np.sort(times_s)
    pictures = np.stack([frame(float(time_s)).copy() for time_s in times_s])
    return pictures, times_s.astype(np.float32), np.zeros((FRAMES_A_CLIP, 1 + NUM_MOVEMENTS), np.float32)


def render_moving(spec: SceneSpec) -> Arrays:
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
