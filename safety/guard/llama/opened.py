"""Run a Llama Guard on this machine with transformers. Pure.

Shape suffixes: T tokens, V vocabulary.
"""

from pathlib import Path
from typing import Any

import torch

from models.llm import LLMFailed
from models.llm.local import LocalLLM
from safety.guard.llama.taxonomy import MAX_ANSWER_TOKENS, hazards_said, turns_of, verdict_of
from safety.guard.verdict import GuardVerdict
from safety.policy import Policy

_PROBE = "tangerine"


class OpenLlamaGuard:
    """A Llama Guard by hub name or folder, with the adapter of a folder that `tune` wrote, if one is named."""

    def __init__(self, source: str, *, policy: Policy, timeout_s: float, adapter: str = "") -> None:
        self._llm = LocalLLM(source)
        self.model_version = self._llm.name[:80]
        if adapter:
            self._llm.model = adapted(self._llm.model, Path(adapter))
            self.model_version = f"{self._llm.name[:40]} + {Path(adapter).name[:37]}"
        self._in_parts = takes_parts(self._llm.tokenizer)
        self._verdict_ids = verdict_ids(self._llm.tokenizer)
        self._policy, self._timeout_s = policy, timeout_s

    @torch.inference_mode()
    def check(self, text: str, role: str = "viewer") -> GuardVerdict:
        """Judge `text` on its way as `role`; raise LLMFailed for an answer that is not Llama Guard's, or comes too late."""
        prompt = self._llm.prompt(in_parts(turns_of(text, role), self._in_parts), words=text)
        num_prompt = self._llm.check_room(prompt, max_tokens=MAX_ANSWER_TOKENS)
        generated = self._llm.model.generate(
            **prompt,
            do_sample=False,
            num_beams=1,
            max_new_tokens=MAX_ANSWER_TOKENS,
            max_time=self._timeout_s,
            eos_token_id=self._llm.eos_ids,
            pad_token_id=self._llm.eos_ids[0],
            return_dict_in_generate=True,
            output_scores=True,
        )
        answer_T = generated.sequences[0, num_prompt:]
        if int(answer_T[-1]) not in self._llm.eos_ids:
            raise LLMFailed("timeout" if len(answer_T) < MAX_ANSWER_TOKENS else "cut", f"after {len(answer_T)} tokens")
        hazards = hazards_said(self._llm.tokenizer.decode(answer_T, skip_special_tokens=True))
        score = self._p_unsafe(answer_T.tolist(), generated.scores)
        return verdict_of(hazards, score, role=role, model_version=self.model_version, policy=self._policy)

    def _p_unsafe(self, answer_ids: list[int], scores: Any) -> float:
        """Return the probability of "unsafe" against "safe" at the token where the answer begins to say which."""
        place = next((at for at, id in enumerate(answer_ids) if id in self._verdict_ids), None)
        if place is None:
            raise LLMFailed("garbage", "no verdict in the answer")
        safe_unsafe = scores[place][0, list(self._verdict_ids)].float()
        return float(safe_unsafe.softmax(dim=0)[1])


def adapted(model: Any, folder: Path) -> Any:
    """Return the model with the adapter of `folder` merged in; raise LLMFailed where it does not load."""
    from peft import PeftModel

    try:
        return PeftModel.from_pretrained(model, str(folder)).merge_and_unload().eval()
    except Exception as error:
        raise LLMFailed("unloadable", f"{folder}: {type(error).__name__}: {error}"[:300]) from error


def verdict_ids(tokenizer: Any) -> tuple[int, int]:
    """Return the first token of "safe" and of "unsafe"; a tokenizer that begins both alike raises LLMFailed."""
    safe, unsafe = (tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in ("safe", "unsafe"))
    if safe == unsafe:
        raise LLMFailed("unloadable", "safe and unsafe begin with the same token")
    return safe, unsafe


def takes_parts(tokenizer: Any) -> bool:
    """Tell whether the template wants a turn's content in parts (Llama Guard 3 1B, 4) or as text; raise LLMFailed for neither."""
    for parts in (True, False):
        turns = in_parts([{"role": "user", "content": _PROBE}], parts)
        try:
            rendered = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        except Exception:  # a template raises what it likes
            continue
        if rendered.count(_PROBE) == 1 and f"'{_PROBE}'" not in rendered:
            return parts
    raise LLMFailed("unloadable", "the template does not take a user's words")


def in_parts(turns: list[dict[str, Any]], wanted: bool) -> list[dict[str, Any]]:
    """Return the turns with their content in parts, where that is wanted."""
    if not wanted:
        return turns
    return [{**turn, "content": [{"type": "text", "text": turn["content"]}]} for turn in turns]
