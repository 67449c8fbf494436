"""The understanding stages: each reads one message after earlier turns and gives a JSON answer. Pure; torch is imported when loading.

stages = load_stages()                       # one a process, after the fork
answers = {name: getattr(stages, name).answer(message, history) for name in ("key_phrases", "intention", "extraction")}
answers["selection"] = stages.selection.answer(message, history, answers)
"""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chat.intent.stages.extraction import ExtractionStage
    from chat.intent.stages.intention import IntentionStage
    from chat.intent.stages.key_phrases import KeyPhrasesStage
    from chat.intent.stages.selection import SelectionStage

MODELS_DIR = Path(__file__).resolve().parents[3] / "models"


def weights_path(stage: str) -> Path:
    """Return where the stage's weights stand in the project."""
    return MODELS_DIR / f"understanding_{stage}" / "model.safetensors"


class Stages:
    """Give each stage, loaded at its first use."""

    @cached_property
    def key_phrases(self) -> "KeyPhrasesStage":
        """The content spans of a message."""
        from chat.intent.stages.key_phrases import KeyPhrasesStage

        return KeyPhrasesStage(weights_path("key_phrases"))

    @cached_property
    def intention(self) -> "IntentionStage":
        """Steer, ask, manage or chat, and how strongly."""
        from chat.intent.stages.intention import IntentionStage

        return IntentionStage(weights_path("intention"))

    @cached_property
    def extraction(self) -> "ExtractionStage":
        """Steers and filters."""
        from chat.intent.stages.extraction import ExtractionStage

        return ExtractionStage(weights_path("extraction"))

    @cached_property
    def selection(self) -> "SelectionStage":
        """The task."""
        from chat.intent.stages.selection import SelectionStage

        return SelectionStage(weights_path("selection"))


@lru_cache(maxsize=1)
def load_stages() -> Stages:
    """Return this process's stages; nothing is read before a stage is used."""
    return Stages()
