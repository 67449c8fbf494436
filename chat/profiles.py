"""Say which profile answers which stage, and whether what it needs is set. Pure: the settings read it."""

from collections.abc import Mapping

from chat.plan import STAGES

PROFILES = ("bundled", "open", "served")
LLM_STAGES = ("key_phrases", "intention", "extraction", "selection", "reply")  # those that an instruct LLM can answer


def stage_profiles(text: str, *, default: str) -> dict[str, str]:
    """Return each stage's profile: `default`, but for what `text` says, e.g. "extraction=served,reply=served" or "all=bundled".

    Raises ValueError, which names the part that is wrong.
    """
    chosen = dict.fromkeys(STAGES, default)
    for part in filter(None, (part.strip() for part in text.split(","))):
        stage, sign, profile = (piece.strip() for piece in part.partition("="))
        if not sign or stage not in (*LLM_STAGES, "all") or profile not in PROFILES:
            raise ValueError(
                f"{part!r}: write STAGE=PROFILE, with {', '.join(LLM_STAGES)} or all; {', '.join(PROFILES)}"
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
