"""Stage: one of the tasks, from the other stages' answers and the text. Pure."""

from pathlib import Path

from chat.intent.schema import JSON, TASKS
from chat.intent.shape import clean_text, refused_shape
from chat.intent.stages.features import answer_features
from chat.intent.stages.model import StageModel, shares

_TASKS_OF_DIRECTION = {"more": ("more", "plan", "learn", "search"), "less": ("less",)}


class SelectionStage:
    """Answer {"task", "p_task"}. It reads the answers of key phrases, intention and extraction; a missing one is no reason to fail.

    Where extraction says that the form of the message alone decides its direction, the task is one of that direction.
    """

    name = "selection"

    def __init__(self, path: Path) -> None:
        self._model = StageModel(self.name, path)
        self.model_version = self._model.version

    def answer(self, message: str, history: list[str], answers: dict[str, JSON] | None = None) -> JSON:
        """Return the task of `message`; `answers` holds the other stages' answers by stage name."""
        if refused_shape(message) is not None:
            return {"task": "chat", "p_task": {"chat": 1.0}}
        text, earlier = clean_text(message), [clean_text(turn) for turn in history]
        [output] = self._model.read([(text, earlier)], features=[answer_features(answers or {})])
        p_task = shares(output.message["task"], TASKS)
        plain = (answers or {}).get("extraction", {}).get("plain")
        if (
            plain in _TASKS_OF_DIRECTION
            and max(p_task, key=lambda name: p_task[name]) not in _TASKS_OF_DIRECTION[plain]
        ):
            return {"task": plain, "p_task": {plain: 1.0}}
        return {"task": max(p_task, key=lambda name: p_task[name]), "p_task": p_task}
