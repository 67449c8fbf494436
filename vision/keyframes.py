"""Choose the moments of a video that are worth a look: many where much moves or something happens, one at least in every shot. Pure.

Dense inverse search flow (Kroeger et al., 2016; OpenCV's DIS, ultrafast) between sampled frames at 160x90 px gives a motion curve, and
vision/surprise.py says where a part of the picture changes as it does at no other time. A budget of keyframes is spread evenly over the
integral of both, on top of a floor that spreads a part of it evenly over time. The same bytes give the same keyframes.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from vision.camera import STILL, Camera, camera_of, subject_motion
from vision.decode import Luma, SampledDecode
from vision.movements import NUM_MOVEMENTS
from vision.sandbox import Refused, answer, confine
from vision.surprise import Change, change_of, surprises

MIN_KEYFRAMES, DEFAULT_KEYFRAMES, MAX_KEYFRAMES = 4, 8, 16
SECONDS_A_KEYFRAME = 4.0  # above 32 s the budget grows
FLOOR_SHARE = 0.35  # of the budget goes evenly over time: still stretches are looked at too
SURPRISE_SHARE = 0.3  # of the budget goes to what happens at one time alone, where anything does; the rest to motion
CUT_MIN_DIFFERENCE = 0.07  # mean absolute luma change, of 1
CUT_MIN_HISTOGRAM = 0.25  # half the L1 distance of luma histograms, of 1
CUT_OVER_NEIGHBOURS = 3.0
NEIGHBOURS = 6
MIN_SHOT_S = 0.25
CAMERA_STEPS = 4  # the camera is measured over four samples, a third of a second: over one it moves less than a pixel

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Keyframe:
    """A chosen moment; `score` is the motion energy there, in frame diagonals a second.

    `movement`: pan right, pan down, zoom, turn of the camera and the subject's own movement (vision/camera.py), on average over the time
    that is nearer to this keyframe than to another.
    """

    time_s: float
    score: float
    movement: tuple[float, ...] = ()

    @property
    def motion(self) -> list[float]:
        """Return what the temporal head reads of the flow: energy, then the movement."""
        return [self.score, *self.movement]


@dataclass(frozen=True)
class MotionCurve:
    """Sampled times [N] with the motion energy since the sample before [N] (the first repeats the second), and the cuts' times.

    `movement` [N, 5]: the camera's and the subject's (vision/camera.py); `surprise` [N] >= 0: what happens then and at no other time
    (vision/surprise.py). Zeros where they are not measured.
    """

    times_s: Floats
    motion: Floats
    cuts_s: tuple[float, ...]
    duration_s: float
    num_decoded: int
    movement: Floats | None = None
    surprise: Floats | None = None

    @property
    def energy(self) -> float:
        """Return the mean motion energy, in frame diagonals a second (about 0.02 calm, 0.3 lively)."""
        return float(self.motion.mean()) if len(self.motion) else 0.0


@dataclass
class _Pairs:
    times_s: list[float] = field(default_factory=list)
    motion: list[float] = field(default_factory=list)
    difference: list[float] = field(default_factory=list)
    change: list[Change] = field(default_factory=list)
    histogram: list[float] = field(default_factory=list)
    cameras: list[Camera] = field(default_factory=list)
    subject: list[float] = field(default_factory=list)


Sampler = Callable[[MotionCurve, int], list[Keyframe]]


def motion_curve(path: Path) -> MotionCurve:
    """Decode a file once and measure its motion; an undecodable file gives an empty curve."""
    samples = SampledDecode(path)
    return measure(samples, lambda: (samples.duration_s, samples.num_decoded))


def measure(samples: Iterable[tuple[float, Luma]], total: Callable[[], tuple[float, int]]) -> MotionCurve:
    """Measure samples of one size as they come; `total` is asked at the end for (duration_s, frames decoded)."""
    cv2.setNumThreads(1)
    flow_of = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    pairs, previous = _Pairs(), None
    before_s, anchor, anchor_s = 0.0, None, 0.0
    for time_s, luma in samples:
        if previous is not None:
            flow_HW2 = _measure_pair(pairs, flow_of, previous, luma, max(time_s - before_s, 1e-3))
            camera = pairs.cameras[-1] if pairs.cameras else STILL
            if anchor is not None and len(pairs.motion) % CAMERA_STEPS == 0:
                wide_HW2 = flow_of.calc(anchor, luma, None)  # type: ignore[call-overload]
                camera = camera_of(wide_HW2, anchor, max(time_s - anchor_s, 1e-3))
                anchor, anchor_s = luma, time_s
            pairs.cameras.append(camera)
            pairs.subject.append(subject_motion(flow_HW2, max(time_s - before_s, 1e-3), camera))
        else:
            anchor, anchor_s = luma, time_s
        pairs.times_s.append(time_s)
        previous, before_s = luma, time_s
    duration_s, num_decoded = total()
    if len(pairs.times_s) < 2:
        return MotionCurve(np.array(pairs.times_s), np.zeros(len(pairs.times_s)), (), duration_s, num_decoded)
    is_cut = _cuts(pairs)
    motion = _without_cuts(np.array(pairs.motion), is_cut)
    times_s = np.array(pairs.times_s)
    cuts_s = tuple(float(time_s) for time_s in times_s[1:][is_cut])
    movement = _movement(pairs, is_cut)
    surprise = surprises(np.stack(pairs.change), is_cut)
    energy, surprise = (np.concatenate([curve[:1], curve]) for curve in (motion, surprise))
    return MotionCurve(times_s, energy, cuts_s, duration_s, num_decoded, movement, surprise)


def _measure_pair(
    pairs: _Pairs, flow_of: cv2.DISOpticalFlow, before: Luma, after: Luma, seconds: float
) -> npt.NDArray[np.float32]:
    """Note what happens between two samples, and return the flow in px."""
    flow_HW2 = flow_of.calc(before, after, None)  # type: ignore[call-overload]
    diagonal_px = float(np.hypot(*before.shape))
    magnitude_HW = cv2.magnitude(flow_HW2[..., 0], flow_HW2[..., 1])
    pairs.motion.append(cv2.mean(magnitude_HW)[0] / diagonal_px / seconds)
    pairs.change.append(change_of(before, after))
    pairs.difference.append(float(pairs.change[-1].mean()))
    pairs.histogram.append(float(np.abs(_histogram(before) - _histogram(after)).sum()) / 2)
    return flow_HW2


def _movement(pairs: _Pairs, is_cut: npt.NDArray[np.bool_]) -> Floats:
    """Return [N, 5]; a camera holds for the steps that it was measured over, and not across a cut."""
    steps = len(pairs.cameras)
    measured = [min((step // CAMERA_STEPS + 1) * CAMERA_STEPS, steps) - 1 for step in range(steps)]
    rows = np.array([(*pairs.cameras[at], pairs.subject[step]) for step, at in enumerate(measured)])
    for step in np.flatnonzero(is_cut):
        first = step - step % CAMERA_STEPS
        rows[first : first + CAMERA_STEPS] = 0.0
    return np.concatenate([rows[:1], rows])


def _histogram(luma: Luma) -> Floats:
    return cv2.calcHist([luma], [0], None, [32], [0, 256]).ravel() / luma.size


def _cuts(pairs: _Pairs) -> npt.NDArray[np.bool_]:
    """Return which steps [N-1] jump to another picture: a large change in place and in histogram, far above the neighbours'."""
    difference = np.array(pairs.difference)
    histogram = np.array(pairs.histogram)
    is_cut = np.zeros(len(difference), dtype=bool)
    for step in np.flatnonzero((difference > CUT_MIN_DIFFERENCE) & (histogram > CUT_MIN_HISTOGRAM)):
        around = np.concatenate(
            [difference[max(0, step - NEIGHBOURS) : step], difference[step + 1 : step + 1 + NEIGHBOURS]]
        )
        usual = float(np.median(around)) if len(around) else 0.0
        is_cut[step] = difference[step] > CUT_OVER_NEIGHBOURS * usual
    return is_cut


def _without_cuts(motion: Floats, is_cut: npt.NDArray[np.bool_]) -> Floats:
    """Return the motion with the steps over a cut, where flow means nothing, set to the median of the others."""
    rest = motion[~is_cut]
    return np.where(is_cut, float(np.median(rest)) if len(rest) else 0.0, motion)


def budget_for(duration_s: float, num_cuts: int) -> int:
    """Return how many keyframes a video may have: 8, more when long or often cut, at most 16."""
    return int(min(MAX_KEYFRAMES, max(DEFAULT_KEYFRAMES, np.ceil(duration_s / SECONDS_A_KEYFRAME), num_cuts + 1)))


def adaptive(curve: MotionCurve, budget: int) -> list[Keyframe]:
    """Spread the budget by motion; every shot has one at least while the budget lasts (longest shots first)."""
    if len(curve.times_s) <= max(budget, 1):
        return _keyframes(curve, range(len(curve.times_s)))
    weight = _weight(curve)
    shots = _shots(curve)
    shares = _share_out(budget, [float(weight[start:end].sum()) for start, end in shots])
    chosen: list[int] = []
    for (start, end), share in zip(shots, shares, strict=True):
        chosen += [start + index for index in _quantiles(weight[start:end], share)]
    return _keyframes(curve, chosen)


def uniform(curve: MotionCurve, budget: int) -> list[Keyframe]:
    """Take the middles of `budget` equal stretches of time: the baseline of the ablation."""
    count = min(budget, len(curve.times_s))
    return _keyframes(curve, _quantiles(np.ones(len(curve.times_s)), count))


def middle(curve: MotionCurve, budget: int) -> list[Keyframe]:
    """Take the middle frame whatever the budget: the other baseline."""
    return uniform(curve, min(budget, 1))


def choose(curve: MotionCurve, *, budget: int | None = None, sampler: Sampler = adaptive) -> list[Keyframe]:
    """Choose keyframes in order of time; at least min(4, sampled frames) of them, by default 8 and up to 16."""
    if budget is None:
        budget = max(MIN_KEYFRAMES, budget_for(curve.duration_s, len(curve.cuts_s)))
    return sampler(curve, budget)


def _weight(curve: MotionCurve) -> Floats:
    """Return each sample's claim on the budget [N]: a floor spread evenly over time, the motion, and what surprises, together 1.

    What there is none of leaves its share to the others.
    """
    count = len(curve.times_s)
    surprise = np.zeros(count) if curve.surprise is None else curve.surprise
    claims = (
        (FLOOR_SHARE, np.ones(count)),
        (1 - FLOOR_SHARE - SURPRISE_SHARE, curve.motion),
        (SURPRISE_SHARE, surprise),
    )
    weight = sum(share * claim / claim.sum() for share, claim in claims if claim.sum() > 1e-9)
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def _shots(curve: MotionCurve) -> list[tuple[int, int]]:
    """Return the shots as sample ranges; a cut within 0.25 s of the one before is a flash, not a shot."""
    starts, last_s = [0], 0.0
    for cut_s in curve.cuts_s:
        if cut_s - last_s >= MIN_SHOT_S:
            starts.append(int(np.searchsorted(curve.times_s, cut_s)))
            last_s = cut_s
    return list(zip(starts, [*starts[1:], len(curve.times_s)], strict=True))


def _share_out(budget: int, weights: Sequence[float]) -> list[int]:
    """Return whole shares that sum to the budget: one each first (heaviest first if short), then by largest remainder."""
    order = sorted(range(len(weights)), key=lambda index: (-weights[index], index))
    shares = [0] * len(weights)
    for index in order[:budget]:
        shares[index] = 1
    rest = budget - sum(shares)
    total = sum(weights)
    while rest > 0:
        index = max(range(len(weights)), key=lambda i: (weights[i] / total * budget - shares[i], -i))
        shares[index] += 1
        rest -= 1
    return shares


def _quantiles(weight: Floats, count: int) -> list[int]:
    """Return `count` indices at the middles of equal parts of the weight's integral, distinct and ascending where they fit."""
    count = min(count, len(weight))
    if count == 0:
        return []
    edges = np.concatenate([[0.0], np.cumsum(weight)])
    targets = ((np.arange(count) + 0.5) / count + 1e-9) * edges[-1]  # a tie goes to the later sample
    indices = np.clip(np.searchsorted(edges, targets, side="right") - 1, 0, len(weight) - 1)
    for position in range(1, count):
        indices[position] = max(indices[position], indices[position - 1] + 1)
    for position in range(count - 1, -1, -1):
        indices[position] = min(indices[position], len(weight) - count + position)
    return [int(index) for index in indices]


def _keyframes(curve: MotionCurve, indices: Iterable[int]) -> list[Keyframe]:
    indices = list(indices)
    return [
        Keyframe(round(float(curve.times_s[i]), 4), round(float(curve.motion[i]), 5), movement)
        for i, movement in zip(indices, _movement_near(curve, indices), strict=True)
    ]


def _movement_near(curve: MotionCurve, indices: Sequence[int]) -> list[tuple[float, ...]]:
    """Return for each keyframe the mean movement from halfway after the one before to halfway to the next."""
    if curve.movement is None or not len(curve.movement):
        return [(0.0,) * NUM_MOVEMENTS] * len(indices)
    between = [(left + right + 1) // 2 for left, right in pairwise(indices)]
    edges = [0, *between, len(curve.times_s)]
    parts = [curve.movement[start : max(end, start + 1)] for start, end in pairwise(edges)]
    return [tuple(round(float(value), 5) for value in part.mean(0)) for part in parts]


SAMPLERS: dict[str, Sampler] = {"adaptive": adaptive, "uniform": uniform, "middle": middle}


def describe(path: Path, *, sampler: str = "adaptive", budget: int = 0) -> dict[str, object]:
    """Return what `manage.py keyframes` prints of a file, or {"error": reason}."""
    try:
        curve = motion_curve(path)
    except (Refused, OSError) as error:
        return {"error": str(error)}
    if not len(curve.times_s):
        return {"error": "damaged: no frame can be decoded"}
    chosen = choose(curve, budget=budget or None, sampler=SAMPLERS[sampler])
    return {
        "duration_s": round(curve.duration_s, 4),
        "decoded_frames": curve.num_decoded,
        "keyframes": [{"time_s": keyframe.time_s, "score": keyframe.score} for keyframe in chosen],
    }


def main() -> None:
    """Answer a JSON line for every request line {"path", "sampler", "budget"}, confined."""
    confine(cpu_s=24 * 3600, written_bytes=1 << 20)
    for line in sys.stdin:
        request = json.loads(line)
        answer(describe(Path(request["path"]), sampler=request["sampler"], budget=request["budget"]))


if __name__ == "__main__":
    main()
