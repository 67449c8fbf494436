"""Run an instruct model on this machine with transformers; decoding is held to the JSON schema by llguidance. Pure.

Shape suffixes: T tokens, V vocabulary.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer

import models.torchvision_shim  # noqa: F401  (before transformers)
from chat.intent.llm import LLMFailed
from chat.intent.schema import JSON


class OpenModel:
    """A causal LM with a chat template, from a hub name or a folder; safetensors only, no code of the repository's own."""

    def __init__(self, source: str) -> None:
        self.name = Path(source).name if Path(source).is_dir() else source
        self._tokenizer, self._model = _loaded(source)
        if torch.cuda.is_available():
            self._model.to("cuda")
        self._eos_ids = _eos_ids(self._model, self._tokenizer)
        self._grammar_tokenizer = from_tokenizer(
            self._tokenizer, n_vocab=self._model.config.get_text_config().vocab_size, eos_token=self._eos_ids
        )
        added = self._tokenizer.added_tokens_decoder
        self._control_ids = {*self._tokenizer.all_special_ids, *(id for id, token in added.items() if token.special)}

    @torch.inference_mode()
    def complete(self, *, title: str, system: str, data: str, schema: JSON, max_tokens: int, timeout_s: float) -> str:
        """Return the greedy answer among those that fit `schema`; one that is cut off by tokens or time raises LLMFailed."""
        prompt = self._prompt(system, data)
        num_prompt = prompt["input_ids"].shape[1]
        room = getattr(self._model.config.get_text_config(), "max_position_embeddings", num_prompt + max_tokens)
        if num_prompt + max_tokens > room:
            raise LLMFailed("cut", f"{num_prompt} tokens before the answer, room for {room}")
        constraint = SchemaConstraint(self._grammar_tokenizer, schema, num_prompt)
        ids_1T = self._model.generate(
            **prompt,
            logits_processor=[constraint],
            do_sample=False,
            num_beams=1,
            max_new_tokens=max_tokens,
            max_time=timeout_s,
            eos_token_id=self._eos_ids,
            pad_token_id=self._eos_ids[0],
        )
        answer = ids_1T[0, num_prompt:]
        if int(answer[-1]) not in self._eos_ids:
            raise LLMFailed("timeout" if len(answer) < max_tokens else "cut", f"after {len(answer)} tokens")
        return self._tokenizer.decode(answer, skip_special_tokens=True)

    def _prompt(self, system: str, data: str) -> dict[str, torch.Tensor]:
        """Return the tokens of both turns; words that read as one of the template's control tokens are refused."""
        if self._control_ids & set(self._tokenizer(data, add_special_tokens=False)["input_ids"]):
            raise LLMFailed("reserved", "a control token among the words")
        turns = [{"role": "system", "content": system}, {"role": "user", "content": data}]
        tokens = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_tensors="pt", return_dict=True, enable_thinking=False
        )
        return {name: tokens[name].to(self._model.device) for name in ("input_ids", "attention_mask")}


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


def _loaded(source: str) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(source, dtype="auto", use_safetensors=True)
    return AutoTokenizer.from_pretrained(source), model.eval()


def _eos_ids(model: Any, tokenizer: Any) -> list[int]:
    """Return the ids that end an answer: the generation settings' (chat models name several) and the tokenizer's."""
    named = model.generation_config.eos_token_id
    ids = [*(named if isinstance(named, list) else [named]), tokenizer.eos_token_id]
    return list(dict.fromkeys(id for id in ids if id is not None))


@lru_cache(maxsize=1)
def open_model(source: str) -> OpenModel:
    """Return this process's one copy of the model. Call it after the fork; raise LLMFailed where it cannot be loaded."""
    try:
        return OpenModel(source)
    except Exception as error:  # the hub, the disk and the tokenizer each raise their own
        raise LLMFailed("unloadable", f"{source}: {type(error).__name__}: {error}"[:300]) from error
