"""A batch that is embedded in chunks gives the gradients of the whole, with the activations of one chunk in memory."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
import torch
from torch.nn.functional import normalize

from tests.vision.tiny_training import RECIPE, made_up_clips
from vision.clip.big_batch import CHUNK_SEED, Batch, backward
from vision.clip.losses import info_nce
from vision.clip.pairs import step_rng
from vision.clip.processes import ALONE, Processes
from vision.clip.recipes import RecipeError
from vision.clip.towers import FrameTower, Preprocess, bundled_visual
from vision.clip.train_tower import draw_jitter

BATCH, CHUNK = 24, 8
CHUNKS = [slice(start, start + CHUNK) for start in range(0, BATCH, CHUNK)]

Loss = Callable[[torch.Tensor], torch.Tensor]


def model_and_batch() -> tuple[torch.nn.Module, torch.nn.Parameter, Batch, Loss]:
    """A network with dropout, a learned temperature, 24 pairs, and their loss."""
    torch.manual_seed(0)
    layers = [torch.nn.Linear(16, 64), torch.nn.GELU(), torch.nn.Dropout(0.5), torch.nn.Linear(64, 32)]
    model = torch.nn.Sequential(*layers)
    logit_scale = torch.nn.Parameter(torch.tensor(math.log(25.0)))
    input_BI, text_BD = torch.randn(BATCH, 16), normalize(torch.randn(BATCH, 32), dim=-1)
    batch = Batch(lambda rows: normalize(model(input_BI[rows]), dim=-1), text_BD, text_BD, seed=7, num_frames=BATCH)
    return model, logit_scale, batch, lambda vector_BD: info_nce(vector_BD, text_BD, logit_scale)


def gradients(model: torch.nn.Module, logit_scale: torch.nn.Parameter) -> list[torch.Tensor]:
    taken = [parameter.grad.clone() for parameter in (*model.parameters(), logit_scale) if parameter.grad is not None]
    model.zero_grad()
    logit_scale.grad = None
    return taken


def embed_with_everything_kept(batch: Batch) -> torch.Tensor:
    """Embed the batch in one graph, each chunk with the dropout that `backward` gives it."""
    vectors = []
    for rows in CHUNKS:
        torch.manual_seed((batch.seed + rows.start * CHUNK_SEED) % 2**32)
        vectors.append(batch.embed(rows))
    return torch.cat(vectors)


class Meter:
    """Bytes that autograd keeps for the way back, at most so far."""

    def __init__(self) -> None:
        self.now_bytes = self.max_bytes = 0

    def add(self, num_bytes: int) -> None:
        self.now_bytes += num_bytes
        self.max_bytes = max(self.max_bytes, self.now_bytes)


class Kept:
    def __init__(self, tensor: torch.Tensor, meter: Meter) -> None:
        self.tensor, self.meter, self.num_bytes = tensor, meter, tensor.numel() * tensor.element_size()
        meter.add(self.num_bytes)

    def __del__(self) -> None:
        self.meter.add(-self.num_bytes)


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    with torch.autograd.graph.saved_tensors_hooks(partial(Kept, meter=meter), lambda kept: kept.tensor):
        yield meter


def test_chunks_give_the_gradients_of_the_whole_with_dropout_on() -> None:
    model, logit_scale, batch, loss_of = model_and_batch()
    whole_loss = loss_of(embed_with_everything_kept(batch))
    whole_loss.backward()
    whole = gradients(model, logit_scale)

    loss = backward(batch, loss_of, CHUNK, ALONE)

    torch.testing.assert_close(loss, whole_loss.detach())
    torch.testing.assert_close(gradients(model, logit_scale), whole)
    assert all(gradient.abs().max() > 0 for gradient in whole)


def test_a_batch_of_one_chunk_has_the_very_bits_of_the_plain_way_and_is_embedded_once() -> None:
    model, logit_scale, batch, loss_of = model_and_batch()
    torch.manual_seed(batch.seed)
    loss_of(batch.embed(slice(0, BATCH))).backward()
    plain = gradients(model, logit_scale)
    calls: list[slice] = []

    def counted(rows: slice) -> torch.Tensor:
        calls.append(rows)
        return batch.embed(rows)

    backward(Batch(counted, batch.text, batch.meaning, batch.seed, BATCH), loss_of, BATCH, ALONE)

    assert all(torch.equal(a, b) for a, b in zip(gradients(model, logit_scale), plain, strict=True))
    assert calls == [slice(0, BATCH)]


def test_chunks_draw_different_dropout_and_the_same_in_both_passes() -> None:
    _, _, batch, loss_of = model_and_batch()
    drawn: dict[int, list[torch.Tensor]] = {}

    def watched(rows: slice) -> torch.Tensor:
        vector_BD = batch.embed(rows)
        drawn.setdefault(rows.start, []).append(torch.rand(4))
        return vector_BD

    backward(Batch(watched, batch.text, batch.meaning, batch.seed, BATCH), loss_of, CHUNK, ALONE)

    assert all(torch.equal(first, second) for first, second in drawn.values())
    assert len({tuple(first.tolist()) for first, _ in drawn.values()}) == len(CHUNKS)


def test_only_one_chunk_of_activations_is_alive_at_a_time() -> None:
    _, _, batch, loss_of = model_and_batch()
    with metered() as whole:
        loss_of(embed_with_everything_kept(batch)).backward()

    with metered() as chunked:
        backward(batch, loss_of, CHUNK, ALONE)

    assert chunked.max_bytes < 0.6 * whole.max_bytes
    assert chunked.now_bytes == whole.now_bytes == 0


def test_the_towers_chunks_give_its_gradients_too() -> None:
    torch.manual_seed(0)
    tower, clips = FrameTower(bundled_visual(patch_dropout=0.35)), made_up_clips(8)
    jitter = draw_jitter(8, step_rng(RECIPE, 0, 0))
    text_BD = normalize(torch.randn(8, 384), dim=-1)

    def embed(rows: slice) -> torch.Tensor:
        return tower(Preprocess().normalise(jitter(torch.from_numpy(clips.frames[rows, 0]), rows)))[0]

    def loss_of(vector_BD: torch.Tensor) -> torch.Tensor:
        return info_nce(vector_BD, text_BD, torch.tensor(3.0))

    chunks = [slice(0, 4), slice(4, 8)]
    vectors = []
    for rows in chunks:
        torch.manual_seed((5 + rows.start * CHUNK_SEED) % 2**32)
        vectors.append(embed(rows))
    loss_of(torch.cat(vectors)).backward()
    whole = gradients(tower, torch.nn.Parameter(torch.zeros(())))

    backward(Batch(embed, text_BD, text_BD, 5, 8), loss_of, 4, ALONE)

    torch.testing.assert_close(gradients(tower, torch.nn.Parameter(torch.zeros(()))), whole)


def test_a_batch_that_processes_cannot_share_is_refused_and_said_what_would_fit() -> None:
    with pytest.raises(RecipeError, match="use --nproc-per-node 1 or 2 or 4, or a recipe with another batch"):
        Processes(rank=0, count=3).part(256)
