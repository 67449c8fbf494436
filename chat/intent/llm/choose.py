"""Give each stage from the model that its profile names. Pure.

config = LLMConfig(served_url="http://127.0.0.1:8000/v1", served_model="qwen3-4b")
stages = ChosenStages({"extraction": "served"}, config)     # the others are bundled
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chat.intent.llm import Model
from chat.intent.llm.reply import LLMReply
from chat.intent.llm.stages import LLMStage
from chat.intent.schema import STAGES
from chat.intent.stages import load_stages

DEFAULT_TIMEOUT_S = 15.0


@dataclass(frozen=True)
class LLMConfig:
    """Say where the models are. `open_model`: a hub name or a folder. `timeouts_s` by stage; DEFAULT_TIMEOUT_S for those not named."""

    open_model: str = ""
    served_url: str = ""
    served_model: str = ""
    served_api_key: str = field(default="", repr=False)
    timeouts_s: Mapping[str, float] = field(default_factory=dict)


class ChosenStages:
    """Give each stage by its profile (bundled where none is named), loaded at its first use; one copy of a model for all its stages."""

    def __init__(self, profiles: Mapping[str, str], config: LLMConfig) -> None:
        self._profiles = profiles
        self._config = config
        self._served: Model | None = None

    @cached_property
    def key_phrases(self) -> Any:
        """The content spans of a message."""
        return self._stage("key_phrases")

    @cached_property
    def intention(self) -> Any:
        """Steer, ask, manage or chat, and how strongly."""
        return self._stage("intention")

    @cached_property
    def extraction(self) -> Any:
        """Steers and filters."""
        return self._stage("extraction")

    @cached_property
    def selection(self) -> Any:
        """The task."""
        return self._stage("selection")

    @cached_property
    def reply(self) -> LLMReply | None:
        """What words the replies; None where they are composed."""
        profile = self._profiles.get("reply", "bundled")
        return None if profile == "bundled" else LLMReply(self._model(profile), timeout_s=self._timeout_s("reply"))

    def load(self) -> None:
        """Load every model of this machine, and let the bundled ones answer once: the first inference is the slow one."""
        answers: dict[str, Any] = {}
        for name in STAGES:
            stage = getattr(self, name) if self._profiles.get(name) != "served" else None
            if stage is not None and not isinstance(stage, LLMStage):
                extra = (answers,) if name == "selection" else ()
                answers[name] = stage.answer("more ramen please", [], *extra)

    def _stage(self, name: str) -> Any:
        profile = self._profiles.get(name, "bundled")
        if profile == "bundled":
            return getattr(load_stages(), name)
        return LLMStage(name, self._model(profile), timeout_s=self._timeout_s(name))

    def _timeout_s(self, name: str) -> float:
        return self._config.timeouts_s.get(name, DEFAULT_TIMEOUT_S)

    def _model(self, profile: str) -> Model:
        if profile == "open":
            from chat.intent.llm.local import open_model  # torch and transformers

            return open_model(self._config.open_model)
        if self._served is None:
            from chat.intent.llm.served import ServedModel

            config = self._config
            self._served = ServedModel(url=config.served_url, name=config.served_model, api_key=config.served_api_key)
        return self._served
