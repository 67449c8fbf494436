"""Take the gradient of a loss over a whole batch with the activations of one chunk in memory: gradient caching. Pure.

InfoNCE compares every pair with every other, so summing the gradients of small batches is another, weaker loss. GradCache (Gao et al.,
2021, "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup") is exact: embed all chunks without gradients, take the
loss's gradient with respect to the embeddings, then embed chunk by chunk again and go backward from there. It costs a second forward
pass. The bundled tower and 1,024 pairs on one core: 1,814 MB at once, 570 in chunks of 256 (6 % more time), 189 in chunks of 64 (26 %).

Shape suffixes: B batch, b this process's part of it, D embedding.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from vision.clip.processes import Processes

CHUNK_SEED = 2_654_435_761  # Knuth's multiplier: neighbouring rows lie far apart, and far from the next step's seed


@dataclass(frozen=True)
class Batch:
    """B pairs: `embed(rows)` gives the vectors [rows, D] of some of them (float32, length 1), beside all their texts [B, D].

    `meaning` [B, D] is where each belongs, whatever the others are (pairs.py); `seed` is where dropout starts from; `num_frames` is how
    many frames are read.
    """

    embed: Callable[[slice], torch.Tensor]
    text: torch.Tensor
    meaning: torch.Tensor
    seed: int
    num_frames: int

    def __len__(self) -> int:
        return len(self.text)


def backward(
    batch: Batch, loss_of: Callable[[torch.Tensor], torch.Tensor], chunk: int, processes: Processes
) -> torch.Tensor:
    """Add to `.grad` what this process's part of the batch gives to `loss_of(vectors [B, D])`, and return the loss.

    What `loss_of` itself holds (the temperature) gets its whole gradient in every process. A part that is one chunk is embedded once.
    Dropout is the same in both passes: a chunk draws it from the seed and its first row, so a batch cut in other chunks draws other
    masks; the chunk at row 0 draws what a whole batch would.
    """
    part = processes.part(len(batch))
    chunks = [slice(start, min(start + chunk, part.stop)) for start in range(part.start, part.stop, chunk)]
    is_embedded_once = len(chunks) == 1
    with torch.set_grad_enabled(is_embedded_once):
        vectors = [_embed(batch, rows) for rows in chunks]
    whole_BD = processes.gather(torch.cat(vectors).detach()).requires_grad_()
    loss = loss_of(whole_BD)
    loss.backward()  # type: ignore[no-untyped-call]
    assert whole_BD.grad is not None
    for rows in chunks:
        vector_bD = vectors[0] if is_embedded_once else _embed(batch, rows)
        vector_bD.backward(whole_BD.grad[rows])  # type: ignore[no-untyped-call]
    return loss.detach()


def _embed(batch: Batch, rows: slice) -> torch.Tensor:
    torch.manual_seed((batch.seed + rows.start * CHUNK_SEED) % 2**32)  # torch's CPU generator reads 32 bits
    return batch.embed(rows)
