"""Answer an understanding stage with an instruct LLM, in the bundled stage's shape. Pure."""

from collections.abc import Mapping
from typing import Any

from chat.intent.llm import Model
from chat.intent.llm.clamp import clamped, refused
from chat.intent.llm.prompts import as_data, prompt_name, system_text
from chat.intent.llm.schemas import MAX_TOKENS, SCHEMAS, parsed
from chat.intent.schema import JSON
from chat.intent.shape import clean_text, refused_shape

MAX_EARLIER_TURNS = 4  # as many as the bundled stages read
MAX_EARLIER_CHARS = 280
_MAX_VERSION_CHARS = 80  # the row's column


class LLMStage:
    """Answer like the bundled stage of that name: `answer(message, history)`, selection with the other stages' answers too."""

    def __init__(self, name: str, model: Model, *, timeout_s: float) -> None:
        self.name = name
        self.model_version = version_of(name, model)
        self._model = model
        self._timeout_s = timeout_s

    def answer(self, message: str, history: list[str], answers: Mapping[str, JSON] | None = None) -> JSON:
        """Return the stage's answer to `message` after its earlier turns; raise LLMFailed where the model gives none.

        What is refused by its shape is never sent: neither the message nor an earlier turn.
        """
        if refused_shape(message) is not None:
            return refused(self.name)
        text = clean_text(message)
        earlier = [clean_text(turn)[:MAX_EARLIER_CHARS] for turn in history if refused_shape(turn) is None]
        earlier = earlier[-MAX_EARLIER_TURNS:]
        data: JSON = {"earlier_turns": earlier, "message": text}
        if self.name == "selection":
            data["read_so_far"] = _told(answers or {})
        said = ask(self._model, self.name, data, timeout_s=self._timeout_s)
        return clamped(self.name, said, message=text, earlier=earlier)


def ask(model: Model, stage: str, data: JSON, *, timeout_s: float) -> JSON:
    """Return what the model says at `stage`, valid by its schema; raise LLMFailed for anything else."""
    text = model.complete(
        title=stage,
        system=system_text(stage),
        data=as_data(data),
        schema=SCHEMAS[stage],
        max_tokens=MAX_TOKENS[stage],
        timeout_s=timeout_s,
    )
    return parsed(stage, text)


def version_of(stage: str, model: Model) -> str:
    """Return the model's name and the prompt's version, e.g. "qwen3-4b extraction.v1"."""
    prompt = prompt_name(stage)
    return f"{model.name[: _MAX_VERSION_CHARS - len(prompt) - 1]} {prompt}"


def _told(answers: Mapping[str, Any]) -> JSON:
    """Return the other stages' answers in few words; a missing one is left out."""
    told: JSON = {}
    if "key_phrases" in answers:
        told["key_phrases"] = answers["key_phrases"].get("key_phrases", [])
    if "intention" in answers:
        told["intention"] = answers["intention"].get("label")
    if "extraction" in answers:
        steers = answers["extraction"].get("steers", [])
        told["steers"] = [{key: steer[key] for key in ("phrase", "direction", "kind")} for steer in steers]
        told["filters"] = answers["extraction"].get("filters", {})
    return told
