"""Three ways to understand a message, side by side: every stage in parallel, one after the other, and one call that answers all.

`python -m tests.bench understanding`. The bundled profile always; an LLM profile where TILLER_OPEN_LLM or TILLER_SERVED_URL names a
model. Messages: the golden dialogues (TILLER_BENCH_CASES of them, default all). Parallel: each stage in a process of its own, as the
workers run them; the time is that of the slowest of the three, and of selection after it. One call: for the bundled profile the extraction
network alone, whose heads also give the task; for an LLM the extraction prompt alone. Time only the stages, not database and queue,
which `turn` measures; per message the ways take turns, so that noise hits all alike.
"""

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import lru_cache
from typing import Any

from chat.intent.assemble import assemble_reading
from chat.intent.evaluate import GOLDEN_DIR, Score, count_steers, filters_agree, load_cases
from chat.intent.schema import JSON

PARALLEL = ("extraction", "intention", "key_phrases")
SAFE = {"verdict": "safe", "hazards": [], "score": 0.0}
NUM_CASES = int(os.environ.get("TILLER_BENCH_CASES", "0"))


@lru_cache(maxsize=1)
def _stages(profile: str) -> Any:
    import django
    import torch

    torch.set_num_threads(1)
    if profile == "bundled":
        from chat.intent.stages import load_stages

        return load_stages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    from chat.llm import chosen_stages

    return chosen_stages(profile)


def _answer(profile: str, stage: str, case: JSON, answers: JSON | None = None) -> JSON:
    """Run one stage in this process; a stage that fails answers nothing, as in the DAG."""
    from chat.intent.llm import LLMFailed

    arguments = (case["message"], case["history"]) if answers is None else (case["message"], case["history"], answers)
    try:
        return dict(getattr(_stages(profile), stage).answer(*arguments))
    except LLMFailed:
        return {}


def _one_after_the_other(profile: str, case: JSON) -> JSON:
    answers = {stage: _answer(profile, stage, case) for stage in PARALLEL}
    return {**answers, "selection": _answer(profile, "selection", case, answers)}


def _one_call(profile: str, case: JSON) -> JSON:
    return {"extraction": _answer(profile, "extraction", case)}


def _in_parallel(profile: str, case: JSON, pools: dict[str, ProcessPoolExecutor]) -> JSON:
    waiting: dict[str, Future[JSON]] = {stage: pools[stage].submit(_answer, profile, stage, case) for stage in PARALLEL}
    answers = {stage: future.result() for stage, future in waiting.items()}
    return {**answers, "selection": pools["selection"].submit(_answer, profile, "selection", case, answers).result()}


def main() -> None:
    """Measure each profile that has its model, and print a table."""
    cases = [case for path in sorted(GOLDEN_DIR.glob("dialogues*.jsonl")) for case in load_cases(path)]
    profiles = ["bundled"]
    profiles += ["open"] if os.environ.get("TILLER_OPEN_LLM") else []
    profiles += ["served"] if os.environ.get("TILLER_SERVED_URL") else []
    for profile in profiles:
        _measure(profile, cases[: NUM_CASES or None])


def _measure(profile: str, cases: list[JSON]) -> None:
    pools = {stage: ProcessPoolExecutor(max_workers=1) for stage in (*PARALLEL, "selection")}
    ways: dict[str, Callable[[JSON], JSON]] = {
        "parallel": lambda case: _in_parallel(profile, case, pools),
        "sequential": lambda case: _one_after_the_other(profile, case),
        "one call": lambda case: _one_call(profile, case),
    }
    times_ms: dict[str, list[float]] = {name: [] for name in ways}
    scores = {name: Score() for name in ways}
    for way in ways.values():
        way(cases[0])  # loads the models
    for case in cases:
        for name, way in ways.items():
            started_s = time.perf_counter()
            answers = way(case)
            times_ms[name].append(1000 * (time.perf_counter() - started_s))
            _count(scores[name], case, answers)
    for pool in pools.values():
        pool.shutdown()
    print(
        f"{profile}, {len(cases)} golden dialogues{'task':>12}{'steer F1':>10}{'direction':>11}{'p50 ms':>9}{'p95 ms':>9}"
    )
    for name, values in times_ms.items():
        p95 = statistics.quantiles(values, n=20)[-1]
        score = scores[name]
        print(
            f"  {name:<24}{score.accuracy:>20.3f}{score.f1:>10.3f}{score.direction:>11.3f}"
            f"{statistics.median(values):>9.1f}{p95:>9.1f}"
        )


def _count(score: Score, case: JSON, answers: JSON) -> None:
    reading = assemble_reading(case["id"], {**answers, "guard": SAFE})
    score.num_cases += 1
    is_right = filters_agree(case.get("filters", {}), reading["filters"]) or "refine" not in case["tasks"]
    score.num_right += reading["task"] in case["tasks"] and is_right
    count_steers(score, case["steers"], reading["steers"])


if __name__ == "__main__":
    main()
