"""Let an instruct LLM answer the understanding stages and word the reply. Pure; torch is imported by the local model alone.

Two ways to one: `served` (any OpenAI-compatible server) and `open` (transformers on this machine). Both decode against the stage's JSON
schema (`schemas`), read a versioned prompt (`prompts`), and see the viewer's words as JSON data. What comes back is parsed, checked and
clamped to the shape that the bundled stage gives (`clamp`). Whatever goes wrong is one exception, LLMFailed.
"""

from typing import Protocol

from chat.intent.schema import JSON
from models.llm import LLMFailed

__all__ = ["LLMFailed", "Model"]


class Model(Protocol):
    """An instruct model that answers one system text and one user turn with JSON of a schema."""

    name: str

    def complete(self, *, title: str, system: str, data: str, schema: JSON, max_tokens: int, timeout_s: float) -> str:
        """Return the model's text, not parsed; raise LLMFailed where there is none. `title` names the schema."""
        ...
