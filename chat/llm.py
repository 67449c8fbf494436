"""Give the stages that the settings choose. Imported in workers and commands only, since a stage may lead to torch."""

from functools import cache

from django.conf import settings

from chat.intent.llm.choose import ChosenStages, LLMConfig
from chat.plan import stage_limit_s
from chat.profiles import LLM_STAGES, check_profiles, stage_profiles

_MARGIN = 0.85  # of a stage's limit: the model's time ends before the worker's does, so that the row says why


@cache
def chosen_stages(profile: str | None = None) -> ChosenStages:
    """Return this process's stages, by the settings or all of one profile; raise ValueError where its settings are missing."""
    profiles = settings.STAGE_PROFILES if profile is None else stage_profiles("", default=profile)
    check_profiles(
        profiles,
        open_llm=settings.OPEN_LLM,
        served_url=settings.SERVED_URL,
        served_model=settings.SERVED_MODEL,
    )
    timeouts_s = {stage: _MARGIN * stage_limit_s(stage=stage, profile=profiles[stage]) for stage in LLM_STAGES}
    config = LLMConfig(
        open_model=settings.OPEN_LLM,
        served_url=settings.SERVED_URL,
        served_model=settings.SERVED_MODEL,
        served_api_key=settings.SERVED_API_KEY,
        timeouts_s=timeouts_s,
    )
    return ChosenStages(profiles, config)
