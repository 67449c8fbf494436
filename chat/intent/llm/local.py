"""Run an instruct model on this machine with transformers; decoding is held to the JSON schema by llguidance. Pure.

Shape suffixes: T tokens, V vocabulary.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer

from chat.intent.llm import LLMFailed
from chat.intent.schema import JSON
from models.llm.local import LocalLLM


class OpenModel:
    """A causal LM with a chat template, from a hub name or a folder (models/llm/local.py)."""

    def __init__(self, source: str) -> None:
        self._llm = LocalLLM(source)
        self.name = self._llm.name
        self._grammar_tokenizer = from_tokenizer(
            self._llm.tokenizer,
            n_vocab=self._llm.model.config.get_text_config().vocab_size,
            eos_token=self._llm.eos_ids,
        )

    @torch.inference_mode()
    def complete(self, *, title: str, system: str, data: str, schema: JSON, max_tokens: int, timeout_s: float) -> str:
        """Return the greedy answer among those that fit `schema`; one that is cut off by tokens or time raises LLMFailed."""
        turns = [{"role": "system", "content": system}, {"role": "user", "content": data}]
        prompt = self._llm.prompt(turns, words=data, enable_thinking=False)
        num_prompt = self._llm.check_room(prompt, max_tokens=max_tokens)
        constraint = SchemaConstraint(self._grammar_tokenizer, schema, num_prompt)
        ids_1T = self._llm.model.generate(
            **prompt,
            logits_processor=[constraint],
            do_sample=False,
            num_beams=1,
            max_new_tokens=max_tokens,
            max_time=timeout_s,
            eos_token_id=self._llm.eos_ids,
            pad_token_id=self._llm.eos_ids[0],
        )
        answer = ids_1T[0, num_prompt:]
        if int(answer[-1]) not in self._llm.eos_ids:
            raise LLMFailed("timeout" if len(answer) < max_tokens else "cut", f"after {len(answer)} tokens")
        return self._llm.tokenizer.decode(answer, skip_special_tokens=True)


class SchemaConstraint:
    """Logits processor: lets through only tokens that continue a JSON text of the schema. For one sequence; used once."""

    def __init__(self, tokenizer: Any, schema: JSON, num_prompt_tokens: int) -> None:
        grammar = LLMatcher.grammar_from_json_schema(schema, overrides={"whitespace_flexible": False})
        self._matcher = LLMatcher(tokenizer, grammar, log_level=0)
        self._num_read = num_prompt_tokens

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Return `scores` [1, V] with -inf where the token may not come next."""
        new_ids = input_ids[0, self._num_read :].tolist()
        self._num_read += len(new_ids)
        if not self._matcher.consume_tokens(new_ids):
            raise LLMFailed("garbage", "the grammar took no such token")
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        allowed_V = torch.from_numpy(np.unpackbits(bits, bitorder="little").astype(bool))[: scores.shape[1]]
        return scores.masked_fill(~allowed_V.to(scores.device), float("-inf"))


@lru_cache(maxsize=1)
def open_model(source: str) -> OpenModel:
    """Return this process's one copy of the model. Call it after the fork; raise LLMFailed where it cannot be loaded."""
    return OpenModel(source)
