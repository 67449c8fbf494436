"""Ask a Llama Guard on an OpenAI-compatible server; the server applies the model's own template. Pure."""

from models.llm.served import ServedLLM
from safety.guard.llama.taxonomy import MAX_ANSWER_TOKENS, hazards_said, turns_of, verdict_of
from safety.guard.verdict import GuardVerdict
from safety.policy import Policy


class ServedLlamaGuard:
    """Judges one text a request. Servers differ in what probabilities they tell, so its word counts whole: score 1 or 0."""

    def __init__(self, *, url: str, name: str, api_key: str, policy: Policy, timeout_s: float) -> None:
        self.model_version = name[:80]
        self._llm = ServedLLM(url=url, name=name, api_key=api_key)
        self._policy, self._timeout_s = policy, timeout_s

    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Judge `text` on its way as `role`; raise LLMFailed where the server gives no answer of Llama Guard's."""
        said = self._llm.ask(turns_of(text, role), max_tokens=MAX_ANSWER_TOKENS, timeout_s=self._timeout_s)
        hazards = hazards_said(said)
        return verdict_of(
            hazards, float(bool(hazards)), role=role, model_version=self.model_version, policy=self._policy
        )
