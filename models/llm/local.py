"""Load a causal language model with its chat template on this machine, by hub name or folder. Pure."""

from pathlib import Path
from typing import Any

import torch

import models.torchvision_shim  # noqa: F401  (before transformers)
from models.llm import LLMFailed


class LocalLLM:
    """Tokenizer, model and the ids that end an answer; safetensors only, no code of the repository's own."""

    def __init__(self, source: str) -> None:
        """Load from `source`; raise LLMFailed where that cannot be done."""
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.name = Path(source).name if Path(source).is_dir() else source
        try:
            self.model: Any = AutoModelForCausalLM.from_pretrained(source, dtype="auto", use_safetensors=True).eval()
            self.tokenizer: Any = AutoTokenizer.from_pretrained(source)
        except Exception as error:  # the hub, the disk and the tokenizer each raise their own
            raise LLMFailed("unloadable", f"{source}: {type(error).__name__}: {error}"[:300]) from error
        if torch.cuda.is_available():
            self.model.to("cuda")
        self.eos_ids = self._eos_ids()
        added = self.tokenizer.added_tokens_decoder
        self._control_ids = {*self.tokenizer.all_special_ids, *(id for id, token in added.items() if token.special)}

    def prompt(self, turns: list[dict[str, Any]], *, words: str, **options: Any) -> dict[str, torch.Tensor]:
        """Return the template's tokens of `turns`; `words` (what came from outside) that read as control tokens are refused."""
        if self._control_ids & set(self.tokenizer(words, add_special_tokens=False)["input_ids"]):
            raise LLMFailed("reserved", "a control token among the words")
        tokens = self.tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_tensors="pt", return_dict=True, **options
        )
        return {name: tokens[name].to(self.model.device) for name in ("input_ids", "attention_mask")}

    def check_room(self, prompt: dict[str, torch.Tensor], *, max_tokens: int) -> int:
        """Return the prompt's length in tokens; raise LLMFailed where `max_tokens` more would not fit."""
        num_prompt = int(prompt["input_ids"].shape[1])
        room = getattr(self.model.config.get_text_config(), "max_position_embeddings", num_prompt + max_tokens)
        if num_prompt + max_tokens > room:
            raise LLMFailed("cut", f"{num_prompt} tokens before the answer, room for {room}")
        return num_prompt

    def _eos_ids(self) -> list[int]:
        """Return the ids that end an answer: the generation settings' (chat models name several) and the tokenizer's."""
        named = self.model.generation_config.eos_token_id
        ids = [*(named if isinstance(named, list) else [named]), self.tokenizer.eos_token_id]
        return list(dict.fromkeys(id for id in ids if id is not None))
