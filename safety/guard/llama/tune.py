"""Fine-tune a Llama Guard on the bundled guard's data with low-rank adapters (https://arxiv.org/abs/2106.09685). Pure.

    manage.py train_guard llama --model meta-llama/Llama-Guard-3-1B --out var/models/guard-adapter

500 steps of 8 texts; the loss is that of Llama Guard's own answer ("safe", or "unsafe" and its hazards) after its own template. A 1 B
model wants a GPU (minutes) or patience; tests do it with a tiny random Llama. Texts whose hazard no source states are left out.

Shape suffixes: B batch, T tokens.
"""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.llm.local import LocalLLM
from safety.guard.data import LabelledText
from safety.guard.llama.opened import in_parts, takes_parts
from safety.guard.llama.taxonomy import answer_of, turns_of

_IGNORED = -100  # what the model's loss leaves out


@dataclass(frozen=True)
class Recipe:
    """How to tune; the numbers are LoRA's usual ones (rank 8 on every linear map of the layers)."""

    num_steps: int = 500
    batch_size: int = 8
    learning_rate: float = 2e-4
    rank: int = 8
    seed: int = 20261121


@dataclass(frozen=True)
class Example:
    """Token ids of the prompt and of the answer that should follow it."""

    prompt_ids: list[int]
    answer_ids: list[int]


def tune(source: str, texts: list[LabelledText], out: Path, recipe: Recipe) -> list[float]:
    """Tune the model of `source`, write the adapter to the folder `out`, return the loss at each step."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(recipe.seed)
    llm = LocalLLM(source)
    config = LoraConfig(r=recipe.rank, lora_alpha=2 * recipe.rank, target_modules="all-linear", task_type="CAUSAL_LM")
    model = get_peft_model(llm.model, config)
    losses = _fit(model, llm, [text for text in texts if text.hazards is not None], recipe)
    model.eval().save_pretrained(str(out))
    return losses


def _fit(model: Any, llm: LocalLLM, texts: list[LabelledText], recipe: Recipe) -> list[float]:
    rng, parts = random.Random(recipe.seed), takes_parts(llm.tokenizer)
    sides = [[text for text in texts if text.unsafe], [text for text in texts if not text.unsafe]]
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=recipe.learning_rate, weight_decay=0.0)
    model.train()
    losses = []
    for step in range(recipe.num_steps):
        drawn = [rng.choice(sides[at % 2]) for at in range(recipe.batch_size)]  # as many unsafe as safe
        batch = collate([example_of(text, llm, parts) for text in drawn], pad_id=llm.eos_ids[0])
        loss = model(**{name: tensor.to(llm.model.device) for name, tensor in batch.items()}).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        if step % 50 == 0:
            print(f"step {step}/{recipe.num_steps} loss {loss.item():.3f}", flush=True)
    return losses


def example_of(text: LabelledText, llm: LocalLLM, parts: bool) -> Example:
    """Return the tokens of a labelled text as Llama Guard meets it, and of what it should say."""
    turns = in_parts(turns_of(text.text, "viewer"), parts)
    prompt_ids = llm.prompt(turns, words=text.text)["input_ids"][0].tolist()
    lead = (
        "" if llm.tokenizer.decode(prompt_ids).endswith("\n") else "\n\n"
    )  # Llama Guard 3 says it, earlier ones do not
    answer = llm.tokenizer(lead + answer_of(text.hazards or ()), add_special_tokens=False)["input_ids"]
    return Example(prompt_ids, [*answer, llm.eos_ids[0]])


def collate(examples: list[Example], *, pad_id: int) -> dict[str, Tensor]:
    """Return input_ids, attention_mask and labels [B, T]; only the answers have labels."""
    longest = max(len(example.prompt_ids) + len(example.answer_ids) for example in examples)
    input_BT = torch.full((len(examples), longest), pad_id)
    mask_BT, label_BT = torch.zeros_like(input_BT), torch.full_like(input_BT, _IGNORED)
    for row, example in enumerate(examples):
        start, end = len(example.prompt_ids), len(example.prompt_ids) + len(example.answer_ids)
        input_BT[row, :end] = torch.tensor(example.prompt_ids + example.answer_ids)
        mask_BT[row, :end] = 1
        label_BT[row, start:end] = torch.tensor(example.answer_ids)
    return {"input_ids": input_BT, "attention_mask": mask_BT, "labels": label_BT}
