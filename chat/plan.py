"""Lay out the understanding DAG: which stages there are, in which order, and how long each may take. Pure.

guard, key_phrases, intention and extraction run in parallel; then selection, organise, reply, one after the other.
"""

from collections.abc import Mapping

PARALLEL_STAGES = ("extraction", "guard", "intention", "key_phrases")  # sent in this order: the longest first
LATER_STAGES = ("selection", "organise", "reply")
STAGES = PARALLEL_STAGES + LATER_STAGES

MAX_ATTEMPTS = 3

# A stage of the bundled profile takes 10 to 100 ms alone; the limits leave room for a machine that indexes videos beside it, and
# stay short because a killed worker's stage waits for the end of its lease.
_LIMIT_S = {
    "guard": 5.0,
    "key_phrases": 5.0,
    "intention": 5.0,
    "extraction": 6.0,
    "selection": 5.0,
    "organise": 8.0,
    "reply": 6.0,
}
_PROFILE_FACTOR = {
    "bundled": 1.0,
    "served": 4.0,
    "open": 12.0,
}  # open: an instruct LLM on this machine, perhaps without a GPU
_LEASE_MARGIN_S = 1.0

RESEND_AFTER_S = 2.0  # first time; doubled at every further one, so that absent workers do not find a heap
MAX_RESEND_AFTER_S = 300.0


def stage_limit_s(*, stage: str, profile: str) -> float:
    """Return the seconds after which a worker gives up its attempt at a stage."""
    return _LIMIT_S[stage] * _PROFILE_FACTOR[profile]


def stage_leases_s(*, profiles: Mapping[str, str]) -> dict[str, float]:
    """Return each stage's lease: its limit and a margin, so that the worker ends before its lease does."""
    return {stage: stage_limit_s(stage=stage, profile=profiles[stage]) + _LEASE_MARGIN_S for stage in STAGES}
