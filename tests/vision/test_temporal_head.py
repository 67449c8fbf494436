"""The temporal head is mean pooling until it is trained, and what is no frame changes nothing."""

from pathlib import Path

import pytest
import torch

from vision.clip.losses import info_nce
from vision.clip.scores import ranks
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.weights import load_weights, save_weights

CONFIG = HeadConfig(dim=16, num_features=8, width=32, num_heads=4)


@pytest.fixture()
def head() -> TemporalHead:
    """Return a head that has left its zero start."""
    torch.manual_seed(1)
    head = TemporalHead(CONFIG).eval()
    torch.nn.init.normal_(head.out.weight, std=0.2)
    return head


def batch(num_videos: int = 3, num_frames: int = 5) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(7)
    frame = torch.randn(num_videos, num_frames, 24, generator=rng)
    frame[..., :16] = torch.nn.functional.normalize(frame[..., :16], dim=-1)
    time_s = torch.rand(num_videos, num_frames, generator=rng).cumsum(1)
    motion = torch.rand(num_videos, num_frames, generator=rng)
    return frame, time_s, motion, torch.ones(num_videos, num_frames, dtype=torch.bool)


def test_untrained_it_is_mean_pooling() -> None:
    frame, time_s, motion, is_frame = batch()

    video = TemporalHead(CONFIG).eval()(frame, time_s, motion, is_frame)

    mean = torch.nn.functional.normalize(frame[..., :16].mean(1), dim=-1)
    torch.testing.assert_close(video, mean)


@torch.inference_mode()
def test_padding_changes_nothing_whatever_it_holds(head: TemporalHead) -> None:
    frame, time_s, motion, is_frame = batch()
    padded = [torch.cat([part, torch.full_like(part[:, :2], 9.0)], dim=1) for part in (frame, time_s, motion)]
    mask = torch.cat([is_frame, torch.zeros(3, 2, dtype=torch.bool)], dim=1)

    torch.testing.assert_close(head(*padded, mask), head(frame, time_s, motion, is_frame), atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_permuting_the_batch_permutes_the_output(head: TemporalHead) -> None:
    parts, order = batch(), torch.tensor([2, 0, 1])

    torch.testing.assert_close(head(*(part[order] for part in parts)), head(*parts)[order])


@torch.inference_mode()
def test_it_reads_time_and_motion(head: TemporalHead) -> None:
    frame, time_s, motion, is_frame = batch()

    still = head(frame, time_s, motion, is_frame)

    assert not torch.allclose(still, head(frame, time_s * 3, motion, is_frame), atol=1e-4)
    assert not torch.allclose(still, head(frame, time_s, motion * 9, is_frame), atol=1e-4)


@torch.inference_mode()
def test_starting_later_changes_nothing(head: TemporalHead) -> None:
    frame, time_s, motion, is_frame = batch()

    later = head(frame, time_s + 40, motion, is_frame)

    torch.testing.assert_close(later, head(frame, time_s, motion, is_frame), atol=1e-3, rtol=1e-3)


def test_saved_weights_come_back_bit_equal(head: TemporalHead, tmp_path: Path) -> None:
    half = {name: tensor.half().float() for name, tensor in head.state_dict().items()}

    save_weights(tmp_path / "head.safetensors", half, {"config": CONFIG.as_dict()})
    state, description = load_weights(tmp_path / "head.safetensors")

    assert HeadConfig(**description["config"]) == CONFIG
    assert all(torch.equal(state[name], half[name]) for name in half)


def test_one_batch_can_be_learned_by_heart() -> None:
    torch.manual_seed(2)
    head, text = TemporalHead(CONFIG), torch.nn.functional.normalize(torch.randn(8, 16), dim=-1)
    parts, scale = batch(num_videos=8), torch.tensor(2.6)
    optimiser = torch.optim.Adam(head.parameters(), lr=3e-3)

    for _ in range(150):
        loss = info_nce(head(*parts), text, scale)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    assert ranks(head.eval()(*parts).detach(), text).tolist() == [0] * len(text)


def test_the_loss_of_what_knows_nothing_is_the_logarithm_of_the_batch() -> None:
    text = torch.nn.functional.normalize(torch.eye(32), dim=-1)
    image = torch.nn.functional.normalize(torch.ones(32, 32), dim=-1)

    loss = info_nce(image, text, torch.tensor(0.0))

    assert loss.item() == pytest.approx(torch.log(torch.tensor(32.0)).item(), rel=1e-4)


def test_equal_texts_are_no_negatives_of_each_other() -> None:
    text = torch.nn.functional.normalize(torch.eye(4)[[0, 0, 1, 2]], dim=-1)

    loss = info_nce(text, text, torch.tensor(4.0))

    assert loss.item() < 1e-6
