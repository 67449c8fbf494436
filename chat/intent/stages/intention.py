"""Stage: what the person is up to (steer, ask, manage, chat) and how strongly they want the feed to change. Pure."""

from pathlib import Path

from chat.intent.schema import INTENTIONS, JSON, TASKS
from chat.intent.shape import clean_text, refused_shape
from chat.intent.stages.labels import INTENTION_STRENGTHS
from chat.intent.stages.model import StageModel, shares


class IntentionStage:
    """Answer {"label", "strength", "p_intention", "p_task"}; the two distributions are evidence for task selection."""

    name = "intention"

    def __init__(self, path: Path) -> None:
        self._model = StageModel(self.name, path)
        self.model_version = self._model.version

    def answer(self, message: str, history: list[str]) -> JSON:
        """Return the intention of `message` after its earlier turns."""
        if refused_shape(message) is not None:
            return {"label": "chat", "strength": 0.0, "p_intention": {"chat": 1.0}, "p_task": {"chat": 1.0}}
        [output] = self._model.read([(clean_text(message), [clean_text(turn) for turn in history])])
        p_intention = shares(output.message["intention"], INTENTIONS)
        strength = sum(
            p * value
            for p, value in zip(output.message["intention_strength"].tolist(), INTENTION_STRENGTHS, strict=True)
        )
        return {
            "label": max(p_intention, key=lambda name: p_intention[name]),
            "strength": round(strength, 3),
            "p_intention": p_intention,
            "p_task": shares(output.message["task"], TASKS),
        }
