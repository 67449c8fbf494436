"""Say which profile answers which stage, and whether what it needs is set. Pure: the settings read it."""

from collections.abc import Mapping

from chat.plan import STAGES

PROFILES = ("bundled", "open", "served")
LLM_STAGES = ("key_phrases", "intention", "extraction", "selection", "reply")  # those that an instruct LLM can answer


def stage_profiles(text: str, *, default: str) -> dict[str, str]:
    """Return each stage's profile: `default`, but for what `text` says, e.g. "extraction=served,reply=served" or "all=bundled".

    The guard is no instruct LLM: it stays bundled unless `text` names it ("guard=open"). Raises ValueError, which names what is wrong.
    """
    chosen = {**dict.fromkeys(STAGES, default), "guard": "bundled"}
    for part in filter(None, (part.strip() for part in text.split(","))):
        stage, sign, profile = (piece.strip() for piece in part.partition("="))
        if not sign or stage not in (*LLM_STAGES, "guard", "all") or profile not in PROFILES:
            raise ValueError(
                f"{part!r}: write STAGE=PROFILE, with {', '.join(LLM_STAGES)}, guard or all; {', '.join(PROFILES)}"
            )
        chosen.update(dict.fromkeys(LLM_STAGES if stage == "all" else (stage,), profile))
    return chosen


def check_profiles(profiles: Mapping[str, str], *, open_llm: str, served_url: str, served_model: str) -> None:
    """Raise ValueError where a stage's profile needs a model that is not named."""
    used = {profiles[stage] for stage in LLM_STAGES}
    if "served" in used and not (served_url.startswith(("http://", "https://")) and served_model):
        raise ValueError(
            "the profile served needs TILLER_SERVED_URL (http://... or https://...) and TILLER_SERVED_MODEL."
        )
    if "open" in used and not open_llm:
        raise ValueError(
            "the profile open needs TILLER_OPEN_LLM, an instruct model's hub name or folder; "
            "TILLER_STAGE_PROFILES=all=bundled leaves the stages bundled."
        )


def check_guard(profile: str, *, open_guard: str, served_url: str, served_guard: str) -> None:
    """Raise ValueError where the guard's profile needs a model that is not named."""
    if profile == "open" and not open_guard:
        raise ValueError("guard=open needs TILLER_OPEN_GUARD, the hub name or folder of a Llama Guard.")
    if profile == "served" and not (served_url.startswith(("http://", "https://")) and served_guard):
        raise ValueError("guard=served needs TILLER_SERVED_GUARD_URL (or TILLER_SERVED_URL) and TILLER_SERVED_GUARD.")
