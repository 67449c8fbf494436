"""Train one model against text vectors: temperature, optimiser, checkpoint, and the loop around them. Pure.

A step's randomness comes from (seed, step) alone and a checkpoint holds all the rest: an interrupted run ends with the same bits.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from vision.clip.big_batch import Batch, backward
from vision.clip.curves import History, draw
from vision.clip.losses import alignment, info_nce, rate_at
from vision.clip.processes import Processes
from vision.clip.progress import Progress
from vision.clip.recipes import Recipe, RecipeError

SCALE_RATE = 10  # times the models' rate: from 14.3 at the same rate it reached 18 in 450 steps, too soft to tell near-twins apart


OnProgress = Callable[
    [int, int, float, dict[str, float]], None
]  # steps done, steps in all, loss, scores where measured


@dataclass(frozen=True)
class Plan:
    """How long and how fast a model is trained, and after how many steps it is saved and evaluated."""

    name: str
    num_steps: int
    rate: float
    max_logit_scale: float
    alignment: float  # weight of lying where its words lie, beside the contrast
    save_every: int
    evaluate_every: int  # a multiple of save_every


def decayed_temperature(step: int, num_steps: int, start: float, end: float) -> float:
    """Return the temperature of a step of `num_steps`: from start at the first to end at the last, by the same factor every step."""
    return start * (end / start) ** (step / max(1, num_steps - 1))


class Stage:
    """A model being trained, with its temperature, optimiser, history and checkpoint file."""

    def __init__(self, recipe: Recipe, plan: Plan, model: torch.nn.Module, work: Path, processes: Processes) -> None:
        self.recipe, self.plan, self.model, self.processes = recipe, plan, model, processes
        self.checkpoint = work / f"{plan.name}.pt"
        is_learned = recipe.temperature == "learned"
        start = torch.tensor(math.log(1 / recipe.start_temperature))
        self.logit_scale = torch.nn.Parameter(start, requires_grad=is_learned)
        learned = [p for p in model.parameters() if p.requires_grad]
        matrices = [p for p in learned if p.ndim >= 2]
        others = [p for p in learned if p.ndim < 2]
        groups = [
            {"params": matrices, "weight_decay": recipe.weight_decay},
            {"params": others, "weight_decay": 0.0},
            {"params": [self.logit_scale], "weight_decay": 0.0, "rate": SCALE_RATE},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.98))
        self.history = History()
        self.step = 0
        self.resume()

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one; RecipeError if it belongs to another recipe or not to all processes."""
        if self.checkpoint.exists():
            saved: dict[str, Any] = torch.load(self.checkpoint, weights_only=True)
            self._check_recipe(saved.get("recipe", {}))
            self.model.load_state_dict(saved["model"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.logit_scale.data.copy_(saved["logit_scale"])
            self.step = saved["step"]
            self.history = History(**saved.get("history", {"first": self.step}))
        steps = self.processes.all_say(self.step)
        if len(set(steps)) > 1:
            raise RecipeError(
                f"the processes found {self.checkpoint} at steps {steps}: give a --work that all of them see"
            )

    def _check_recipe(self, saved: dict[str, Any]) -> None:
        """Compare what the checkpoint's weights came from; one written before recipes were kept says nothing and passes."""
        own = asdict(self.recipe)
        if self.plan.name == "tower":
            own = {name: value for name, value in own.items() if not name.startswith("head_")}
        other = [
            f"{name} {saved[name]} (now {own[name]})" for name in own if name in saved and saved[name] != own[name]
        ]
        if other:
            raise RecipeError(
                f"{self.checkpoint} was trained by another recipe: {', '.join(other)}; "
                "go on with that recipe, give another --work, or delete the file to start anew"
            )

    def save(self) -> None:
        """Write the checkpoint, all or nothing, and its curves beside it; the first process alone does."""
        if not self.processes.is_first:
            return
        draw(self.history, self.plan.name, self.checkpoint.with_suffix(".png"))
        draft = self.checkpoint.with_suffix(".draft")
        state = {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "logit_scale": self.logit_scale.data,
            "step": self.step,
            "history": asdict(self.history),
            "recipe": asdict(self.recipe),
        }
        torch.save(state, draft)
        draft.replace(self.checkpoint)

    def descend(self, batch: Batch) -> float:
        """Take one step down the loss of the whole batch, shared by the processes, and return that loss."""
        recipe, plan, parameters = self.recipe, self.plan, [*self.model.parameters(), self.logit_scale]
        if recipe.temperature == "decayed":
            temperature = decayed_temperature(
                self.step, plan.num_steps, recipe.start_temperature, recipe.end_temperature
            )
            self.logit_scale.data.fill_(math.log(1 / temperature))
        scale = self.logit_scale.exp().item()
        for group in self.optimiser.param_groups:
            group["lr"] = rate_at(self.step, plan.num_steps, plan.rate, recipe.tower_warmup) * group.get("rate", 1)
        self.optimiser.zero_grad(set_to_none=True)
        loss = backward(
            batch,
            lambda vector_BD: (
                info_nce(vector_BD, batch.text, self.logit_scale) + plan.alignment * alignment(vector_BD, batch.meaning)
            ),
            recipe.chunk,
            self.processes,
        ).item()
        if self.logit_scale.grad is not None:  # every process has the whole of it, and they are summed
            self.logit_scale.grad /= self.processes.count
        self.processes.sum_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.logit_scale.data.clamp_(0, plan.max_logit_scale)
        self.history.step(loss, scale)
        self.step += 1
        return loss

    def train(
        self,
        batch_at: Callable[[int], Batch],
        recall: Callable[[], dict[str, float]],
        on_progress: OnProgress | None = None,
    ) -> None:
        """Take the steps that are left, saving, evaluating and drawing as planned; the model is left in evaluation mode.

        `on_progress` hears every step; those from before an interruption again.
        """
        plan = self.plan
        told = on_progress or (lambda *_: None)
        for step, loss, scores in self.history.steps():
            told(step, plan.num_steps, loss, scores)
        with Progress(plan.name, self.step, plan.num_steps, is_shown=self.processes.is_first) as progress:
            while self.step < plan.num_steps:
                batch = batch_at(self.step)
                self.model.train()
                loss = self.descend(batch)
                progress.advance(batch.num_frames, loss)
                is_last, scores = self.step == plan.num_steps, {}
                if is_last or self.step % plan.save_every == 0:
                    scores = recall() if is_last or self.step % plan.evaluate_every == 0 else {}
                    self.history.evaluated(self.step, scores)
                    progress.evaluated(self.history.logit_scale[-1], scores)
                    self.save()
                told(self.step, plan.num_steps, loss, scores)
        self.model.eval()
