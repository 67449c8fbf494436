"""Answer a stage with a model of an OpenAI-compatible server, held to the stage's JSON schema by the server. Pure."""

from chat.intent.schema import JSON
from models.llm.served import ServedLLM


class ServedModel:
    """One model of one server (models/llm/served.py)."""

    def __init__(self, *, url: str, name: str, api_key: str = "") -> None:
        self.name = name
        self._llm = ServedLLM(url=url, name=name, api_key=api_key)

    def complete(self, *, title: str, system: str, data: str, schema: JSON, max_tokens: int, timeout_s: float) -> str:
        """Return the text of the first choice, decoded by the server against `schema`; raise LLMFailed within about `timeout_s`."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": data}]
        held = {"type": "json_schema", "json_schema": {"name": title, "strict": True, "schema": schema}}
        return self._llm.ask(messages, max_tokens=max_tokens, timeout_s=timeout_s, response_format=held)
