"""Measure the understanding stages and the whole on the golden sets.

    manage.py evaluate understanding [--profile bundled|open|served] [--golden DIR] [--worst N] [--json]

A predicted phrase matches an expected one when their words overlap by at least half (F1 of the word sets); steer precision, recall and
F1 ask for the right direction too, direction accuracy is taken over the phrases that match.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chat.intent.llm import LLMFailed
from chat.intent.llm.choose import ChosenStages
from chat.intent.llm.clamp import refused
from chat.intent.phrases import phrase_words
from chat.intent.schema import JSON
from chat.intent.stages import Stages, load_stages
from chat.intent.understand import understand

GOLDEN_DIR = Path(__file__).resolve().parents[2] / "tests" / "intent" / "golden"
MIN_OVERLAP = 0.5


@dataclass
class Score:
    """Count over cases. F1 over phrases, accuracy over cases, direction over matched phrases."""

    num_cases: int = 0
    num_right: int = 0
    hits: int = 0
    predicted: int = 0
    expected: int = 0
    matched: int = 0
    direction_right: int = 0

    @property
    def accuracy(self) -> float:
        """Share of cases with the right label."""
        return self.num_right / self.num_cases if self.num_cases else 1.0

    @property
    def precision(self) -> float:
        """Share of predicted phrases that were expected, with their direction."""
        return self.hits / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of expected phrases that were predicted, with their direction."""
        return self.hits / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.expected
        return 2 * self.hits / total if total else 1.0

    @property
    def direction(self) -> float:
        """Share of matched phrases that point the right way."""
        return self.direction_right / self.matched if self.matched else 1.0


@dataclass
class Report:
    """Hold the scores by group ("all", a task, a trap) and the cases that went wrong."""

    name: str
    groups: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    worst: list[tuple[float, str]] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)


def load_cases(path: Path) -> list[JSON]:
    """Return the cases of one golden file (JSON lines)."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def phrase_overlap(first: str, second: str) -> float:
    """Return the F1 of the two phrases' word sets, in [0, 1]."""
    a, b = set(phrase_words(first)), set(phrase_words(second))
    return 2 * len(a & b) / (len(a) + len(b))


def count_steers(score: Score, expected: Sequence[JSON], predicted: Sequence[JSON]) -> int:
    """Add one case's steers to `score`; return how many were wrong or missing. Optional expected ones cost nothing when absent."""
    open_steers = list(predicted)
    errors = 0
    for wanted in expected:
        best = max(open_steers, key=lambda steer: _phrase_match(wanted, steer), default=None)
        found = best is not None and _phrase_match(wanted, best) >= MIN_OVERLAP
        if not found and wanted.get("optional"):
            continue
        score.expected += 1
        if not found or best is None:
            errors += 1
            continue
        open_steers.remove(best)
        score.predicted += 1
        score.matched += 1
        right = best.get("direction") == wanted.get("direction")
        score.direction_right += right
        score.hits += right
        errors += not right
    score.predicted += len(open_steers)
    return errors + len(open_steers)


def _phrase_match(wanted: JSON, steer: JSON) -> float:
    overlap = max(phrase_overlap(phrase, steer["phrase"]) for phrase in wanted["phrases"])
    return overlap + 0.001 * (steer.get("direction") == wanted.get("direction")) if overlap else 0.0


def filters_agree(expected: JSON, predicted: JSON) -> bool:
    """Say whether the same filters are set; "any" accepts every value."""
    if set(expected) != {key for key, value in predicted.items() if value is not None}:
        return False
    return all(value == "any" or predicted[key] == value for key, value in expected.items())


def evaluate_dialogues(
    cases: Iterable[JSON], *, name: str = "dialogues", stages: Stages | ChosenStages | None = None
) -> Report:
    """Run every case through all stages and score task, steers and filters by group."""
    report = Report(f"end to end: {name}")
    for case in cases:
        started_s = time.perf_counter()
        reading = understand(case["message"], history=case["history"], id=case["id"], stages=stages, guard=_always_safe)
        report.latencies_ms.append(1000 * (time.perf_counter() - started_s))
        task_right = reading["task"] in case["tasks"]
        filters_right = filters_agree(case.get("filters", {}), reading["filters"]) or "refine" not in case["tasks"]
        errors = 0
        groups = ["all", f"trap {case['tests']}", f"task {case['tasks'][0]}"]
        groups += ["multi-turn"] if case["history"] else []
        groups += ["long"] if len(case["message"].split()) >= 25 else []
        for group in groups:
            score = report.groups[group]
            score.num_cases += 1
            score.num_right += task_right and filters_right
            errors = count_steers(score, case["steers"], reading["steers"])
        if errors or not task_right or not filters_right:
            report.worst.append((errors + 2.0 * (not task_right) + (not filters_right), _told(case, reading)))
    return report


def evaluate_stage(stage: str, cases: Iterable[JSON], *, stages: Stages | ChosenStages | None = None) -> Report:
    """Score one stage alone on its own golden set; a model that fails has answered nothing."""
    stages, report = stages or load_stages(), Report(f"stage {stage}")
    for case in cases:
        started_s = time.perf_counter()
        answer = _stage_answer(stages, stage, case)
        report.latencies_ms.append(1000 * (time.perf_counter() - started_s))
        for group in ("all", f"trap {case['tests']}"):
            score = report.groups[group]
            score.num_cases += 1
            errors, right = _stage_errors(stage, score, case, answer)
            score.num_right += right
        if errors or not right:
            shown = {key: value for key, value in answer.items() if not key.startswith("p_")}
            report.worst.append(
                (errors + 2.0 * (not right), f"{case['id']} {case['message']!r}: {json.dumps(shown)[:300]}")
            )
    return report


def _stage_answer(stages: Any, stage: str, case: JSON) -> JSON:
    history = case.get("history", [])
    try:
        if stage != "selection":
            return getattr(stages, stage).answer(case["message"], history)
        answers = {
            name: getattr(stages, name).answer(case["message"], history)
            for name in ("key_phrases", "intention", "extraction")
        }
        return stages.selection.answer(case["message"], history, answers)
    except LLMFailed:
        return refused(stage)


def _stage_errors(stage: str, score: Score, case: JSON, answer: JSON) -> tuple[int, bool]:
    if stage == "key_phrases":
        wanted = [{"phrases": phrase.split("/")} for phrase in case["key_phrases"]]
        errors = count_steers(score, wanted, [{"phrase": phrase} for phrase in answer["key_phrases"]])
        return errors, errors == 0
    if stage == "extraction":
        errors = count_steers(score, case["steers"], answer["steers"])
        details = _details_right(case, answer) and filters_agree(case.get("filters", {}), answer["filters"])
        return errors, errors == 0 and details
    if stage == "intention":
        return 0, answer["label"] in case["labels"]
    return 0, answer["task"] in case["tasks"]


def _details_right(case: JSON, answer: JSON) -> bool:
    """Say whether kind, hard and horizon are as expected wherever the case states them."""
    for wanted in case["steers"]:
        found = max(answer["steers"], key=lambda steer: _phrase_match(wanted, steer), default=None)
        if found is None or any(found[key] != wanted[key] for key in ("kind", "hard", "horizon") if key in wanted):
            return False
    return True


def _always_safe(text: str) -> JSON:
    return {"verdict": "safe", "hazards": [], "score": 0.0}


def _told(case: JSON, reading: JSON) -> str:
    found = [f"{'+' if steer['direction'] == 'more' else '-'}{steer['phrase']}" for steer in reading["steers"]]
    wanted = [f"{'+' if steer['direction'] == 'more' else '-'}{'/'.join(steer['phrases'])}" for steer in case["steers"]]
    earlier = "".join(f"{turn} // " for turn in case["history"])
    return (
        f"{case['id']}: {earlier}{case['message']!r}\n      expected {'/'.join(case['tasks'])} {wanted} {case.get('filters') or ''}"
        f"\n      got      {reading['task']} {found} {reading['filters'] or ''}"
    )


def evaluate_all(golden_dir: Path = GOLDEN_DIR, *, stages: Stages | ChosenStages | None = None) -> list[Report]:
    """Score every stage that has a golden set, then the whole."""
    reports = []
    for stage in ("key_phrases", "intention", "extraction", "selection"):
        path = golden_dir / f"{stage}.jsonl"
        if path.exists():
            reports.append(evaluate_stage(stage, load_cases(path), stages=stages))
    for path in sorted(golden_dir.glob("dialogues*.jsonl")):
        reports.append(evaluate_dialogues(load_cases(path), name=path.stem, stages=stages))
    return reports


def render(report: Report, *, num_worst: int) -> str:
    """Return the report as a table with its worst cases."""
    lines = [
        f"\n{report.name}",
        f"  {'group':<24} {'cases':>5} {'right':>6} {'P':>6} {'R':>6} {'F1':>6} {'direction':>9}",
    ]
    for group, score in report.groups.items():
        phrases = (
            f"{score.precision:6.3f} {score.recall:6.3f} {score.f1:6.3f}"
            if score.expected or score.predicted
            else " " * 20
        )
        direction = f"{score.direction:9.3f}" if score.matched else ""
        lines.append(f"  {group:<24} {score.num_cases:5d} {score.accuracy:6.3f} {phrases} {direction}")
    ordered = sorted(report.latencies_ms)
    if ordered:
        lines.append(
            f"  time a message: p50 {ordered[len(ordered) // 2]:.0f} ms, p95 {ordered[int(0.95 * len(ordered))]:.0f} ms"
        )
    worst = sorted(report.worst, key=lambda item: -item[0])[:num_worst]
    return "\n".join([*lines, *(["  worst:"] if worst else []), *(f"    {told}" for _, told in worst)])


def main(argv: Sequence[str], *, stages: Stages | ChosenStages | None = None) -> int:
    """Print the scores of `stages` (the bundled ones where none are given); `--json` gives the totals alone."""
    parser = argparse.ArgumentParser(prog="manage.py evaluate understanding")
    parser.add_argument("--golden", type=Path, default=GOLDEN_DIR)
    parser.add_argument("--worst", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args(list(argv))
    reports = evaluate_all(arguments.golden, stages=stages)
    if arguments.json:
        totals = {report.name: report.groups["all"] for report in reports}
        print(
            json.dumps(
                {name: {"accuracy": s.accuracy, "f1": s.f1, "direction": s.direction} for name, s in totals.items()}
            )
        )
    else:
        print("\n".join(render(report, num_worst=arguments.worst) for report in reports))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
