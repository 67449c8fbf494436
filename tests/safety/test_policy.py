"""Policy: what a verdict does, and that every fault of the guard holds."""

import math
import time

import pytest

from safety.chosen import ChosenGuard
from safety.guard.verdict import ROLES, GuardVerdict
from safety.policy import PolicyBroken, load_policy, parse_policy
from safety.screen import screen


class Guard:
    """A guard that answers what it is told to."""

    def __init__(self, answer):
        self.answer = answer

    def check(self, text, role="viewer"):
        return self.answer() if callable(self.answer) else self.answer


def _chosen(answer):
    return ChosenGuard("bundled", lambda: Guard(answer))


def _raise():
    raise RuntimeError("out of memory")


def _slow():
    time.sleep(2)
    return _verdict()


def _verdict(verdict="safe", hazards=(), score=0.1):
    return GuardVerdict(verdict, list(hazards), score, "v", {})


FAULTS = {
    "crash": _raise,
    "nothing": None,
    "garbage": "safe",
    "wrong type": {"verdict": "safe", "score": 0.0},
    "unknown verdict": _verdict("fine"),
    "not a number": _verdict(score=math.nan),
    "out of range": _verdict(score=1.5),
    "unknown hazard": _verdict("unsafe", ["rudeness"], 0.9),
    "contradiction": _verdict("safe", ["hate"], 0.9),
    "unsafe of nothing": _verdict("unsafe", [], 0.9),
    "slow": _slow,
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_the_guard_holds_on_every_way(fault, role):
    policy = parse_policy(_policy_text().replace("bundled = 4.0", "bundled = 0.3"))

    screening = screen(text="hello", role=role, guard=_chosen(FAULTS[fault]), policy=policy)

    assert screening.action == "hold" and screening.fault


@pytest.mark.parametrize("role", ROLES)
def test_a_guard_that_does_not_load_holds(role):
    def load():
        raise FileNotFoundError("guard.safetensors")

    assert screen(text="hello", role=role, guard=ChosenGuard("open", load)).action == "hold"


@pytest.mark.parametrize(
    ("verdict", "role", "action"),
    [
        ("safe", "viewer", "allow"),
        ("safe", "title", "allow"),
        ("uncertain", "viewer", "review"),
        ("uncertain", "reply", "hold"),
        ("uncertain", "title", "hold"),
        ("unsafe", "viewer", "hold"),
        ("unsafe", "reply", "hold"),
        ("unsafe", "title", "hold"),
    ],
)
def test_a_verdict_does_what_the_policy_says_on_each_way(verdict, role, action):
    answer = _verdict(verdict, [] if verdict == "safe" else ["hate"], 0.5)

    screening = screen(text="hello", role=role, guard=_chosen(answer))

    assert screening.action == action and not screening.fault


def test_the_more_dangerous_hazard_is_stopped_earlier():
    policy = load_policy()
    score = policy.bands["child_sexual_exploitation"].unsafe_at

    verdict, hazards = policy.judge(
        score=score, p_hazard={"child_sexual_exploitation": 0.4, "hate": 0.1}, role="viewer"
    )

    assert verdict == "unsafe" and hazards == ["child_sexual_exploitation"]
    assert policy.judge(score=score, p_hazard={"hate": 0.4}, role="viewer")[0] != "unsafe"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('unsafe = "hold"', 'unsafe = "allow"'),
        ('action = "hold"', 'action = "allow"'),
        ("[thresholds.default]", "[thresholds.usual]"),
        ("[thresholds.specialized_advice]", "[thresholds.rudeness]"),
        ("uncertain_at = 0.50", "uncertain_at = 1.50"),
        ("bundled = 4.0", "bundled = inf"),
        ("served = 15.0", "served = 0"),
        ("open = 50.0", "opened = 50.0"),
    ],
)
def test_a_policy_that_would_open_the_gate_is_refused(old, new):
    text = _policy_text()
    assert old in text

    with pytest.raises(PolicyBroken):
        parse_policy(text.replace(old, new))


def _policy_text():
    from safety.policy import POLICY_FILE

    return POLICY_FILE.read_text("utf-8")
