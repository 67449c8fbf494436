"""Turn the other stages' answers into the numbers that task selection reads beside the text. Pure. All features lie in [0, 1]."""

import random
from typing import Any

from chat.intent.examples import Example
from chat.intent.schema import INTENTION_OF_TASK, INTENTIONS, JSON, TASKS

_STEER_FEATURES = 8
NUM_FEATURES = 1 + len(INTENTIONS) + 2 * len(TASKS) + _STEER_FEATURES
_P_WRONG_TASK = 0.12  # how often a simulated stage errs; near what the stages do on the golden sets
_P_LOST_STEER = 0.08


def answer_features(answers: dict[str, JSON]) -> list[float]:
    """Return the features of the answers there are; a missing stage gives zeros."""
    intention, extraction = answers.get("intention") or {}, answers.get("extraction") or {}
    steers, filters = extraction.get("steers") or [], extraction.get("filters") or {}
    num_phrases = len((answers.get("key_phrases") or {}).get("key_phrases") or [])
    return [
        min(num_phrases, 4) / 4,
        *(float((intention.get("p_intention") or {}).get(name, 0.0)) for name in INTENTIONS),
        *_task_share(intention),
        *_task_share(extraction),
        *_steer_features(steers, filters),
    ]


def simulated_features(example: Example, rng: random.Random) -> list[float]:
    """Return the features that stages erring now and then would give for a training example; one in ten times a stage is missing."""
    spans = [span for turn in example.turns for span in turn.spans if span.role in ("more", "less")]
    steers: list[JSON] = [
        {"direction": span.role, "kind": span.kind or "topic", "hard": span.hard}
        for span in spans
        if rng.random() > _P_LOST_STEER
    ]
    if example.task in ("chat", "explain", "undo", "reset", "surprise") and rng.random() < _P_LOST_STEER:
        steers.append({"direction": rng.choice(("more", "less")), "kind": "topic", "hard": False})
    filters = {tag: 1 for tag in example.tags if tag in ("max", "min", "slow", "fast", "new")}
    num_phrases = len(example.message.spans) if example.knows_key_phrases else len(spans)
    extraction: JSON = {"steers": steers, "filters": filters, "p_task": _simulated_tasks(example.task, rng)}
    p_task = _simulated_tasks(example.task, rng)
    p_intention = dict.fromkeys(INTENTIONS, 0.0)
    for task, share in p_task.items():
        p_intention[INTENTION_OF_TASK[task]] += share
    answers: dict[str, JSON] = {
        "key_phrases": {"key_phrases": [""] * num_phrases},
        "intention": {"p_intention": p_intention, "p_task": p_task},
        "extraction": extraction,
    }
    for stage in list(answers):
        if rng.random() < 0.1:
            del answers[stage]
    return answer_features(answers)


def _simulated_tasks(task: str, rng: random.Random) -> dict[str, float]:
    best = rng.choice(TASKS) if rng.random() < _P_WRONG_TASK else task
    share = rng.uniform(0.5, 1.0)
    other = rng.choice(TASKS)
    shares = dict.fromkeys(TASKS, (1.0 - share) * 0.3 / len(TASKS))
    shares[other] += (1.0 - share) * 0.7
    shares[best] += share
    return shares


def _task_share(answer: dict[str, Any]) -> list[float]:
    shares = answer.get("p_task") or {}
    return [float(shares.get(task, 0.0)) for task in TASKS]


def _steer_features(steers: list[JSON], filters: JSON) -> list[float]:
    more = sum(steer["direction"] == "more" for steer in steers)
    less = len(steers) - more
    return [
        float(more > 0),
        float(more > 1),
        float(less > 0),
        float(less > 1),
        float(any(steer["kind"] == "mood" for steer in steers)),
        float(any(steer["kind"] in ("place", "event") for steer in steers)),
        float(any(steer["hard"] for steer in steers)),
        float(bool(filters)),
    ]
