"""Share a training step between the processes that torchrun started: each embeds its part of the batch, all know the whole. Pure.

Every process draws the same batch and takes the same step, so weights stay the same to the bit without being sent around; only
embeddings and summed gradients travel (gloo, CPU). The first process alone writes and prints.

Shape suffixes: B batch, b this process's part of it, D embedding.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import distributed

from vision.clip.recipes import RecipeError

LONGEST_WAIT = timedelta(hours=12)  # the others wait while the first renders; of a dead process torchrun tells them


@dataclass(frozen=True)
class Processes:
    """This process among `count`; without torchrun it is `ALONE`."""

    rank: int = 0
    count: int = 1

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def part(self, batch: int) -> range:
        """Return this process's rows of a batch; RecipeError if it cannot be shared evenly."""
        if batch % self.count:
            fitting = [count for count in range(1, batch + 1) if batch % count == 0 and count <= 2 * self.count]
            raise RecipeError(
                f"a batch of {batch} cannot be shared evenly by {self.count} processes: "
                f"use --nproc-per-node {' or '.join(map(str, fitting))}, or a recipe with another batch"
            )
        size = batch // self.count
        return range(self.rank * size, (self.rank + 1) * size)

    def gather(self, part_bD: torch.Tensor) -> torch.Tensor:
        """Return the whole batch [B, D], in the order of the processes; no gradient flows through."""
        if self.count == 1:
            return part_bD
        parts = [torch.empty_like(part_bD) for _ in range(self.count)]
        distributed.all_gather(parts, part_bD.contiguous())
        return torch.cat(parts)

    def sum_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Put the sum over all processes into every `.grad`, the same bits everywhere; all must have the same gradients missing."""
        if self.count == 1:
            return
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        distributed.all_reduce(flat)
        for gradient, total in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
            gradient.copy_(total.view_as(gradient))

    def all_say(self, number: int) -> list[int]:
        """Return what each process said; all wait for the last one."""
        if self.count == 1:
            return [number]
        return [int(said) for said in self.gather(torch.tensor([number]))]

    @contextmanager
    def first_goes_first(self) -> Iterator[None]:
        """Let the first process through alone, then the others: what it writes, they find."""
        if not self.is_first:
            self.all_say(0)
        yield
        if self.is_first:
            self.all_say(0)


ALONE = Processes()


@contextmanager
def joined() -> Iterator[Processes]:
    """Join the processes of a torchrun by its environment variables; without them this process is alone."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ALONE
        return
    distributed.init_process_group("gloo", timeout=LONGEST_WAIT)
    try:
        yield Processes(distributed.get_rank(), distributed.get_world_size())
    finally:
        distributed.destroy_process_group()
