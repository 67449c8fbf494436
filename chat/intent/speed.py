"""Measure how long one message takes through all bundled stages in one process, and how much memory that process holds.

    python -m chat.intent.speed

Promised: at most 60 ms p50 on one free core after loading, at most 700 MB with every stage loaded.
"""

import resource
import sys
import time
from pathlib import Path

from chat.intent.evaluate import GOLDEN_DIR, load_cases
from chat.intent.schema import JSON
from chat.intent.stages import load_stages

_RUNS = 100


def main() -> int:
    """Print p50 and p95 a stage, the whole in wall and processor time, and the peak of resident memory."""
    cases = load_cases(GOLDEN_DIR / "dialogues.jsonl")[:_RUNS]
    stages, times_ms = load_stages(), dict[str, list[float]]()
    for case in [*cases[:5], *cases]:  # the first five warm up
        answers: dict[str, JSON] = {}
        whole_s, cpu_s = time.perf_counter(), time.process_time()
        for stage in ("key_phrases", "intention", "extraction", "selection"):
            started_s = time.perf_counter()
            extra = (answers,) if stage == "selection" else ()
            answers[stage] = getattr(stages, stage).answer(case["message"], case["history"], *extra)
            times_ms.setdefault(stage, []).append(1000 * (time.perf_counter() - started_s))
        times_ms.setdefault("all (wall)", []).append(1000 * (time.perf_counter() - whole_s))
        times_ms.setdefault("all (processor)", []).append(1000 * (time.process_time() - cpu_s))
    for name, values in times_ms.items():
        ordered = sorted(values[5:])
        print(f"{name:<16} p50 {ordered[len(ordered) // 2]:6.1f} ms   p95 {ordered[int(0.95 * len(ordered))]:6.1f} ms")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {_resident_mb():.0f} MB now, {peak_mb:.0f} MB at its peak")
    return 0


def _resident_mb() -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    row = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return int(row.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
