"""One space for pictures, videos and texts; any open_clip model through the same door."""

import numpy as np
import pytest
import torch

from models.backbone import backbone_dir, sentence_encoder
from vision.clip.encoder import BundledEncoder, OpenClipEncoder, VideoEncoder
from vision.clip.towers import FrameTower, Preprocess, bundled_clip, bundled_visual


@pytest.fixture(scope="module")
def bundled() -> BundledEncoder:
    return BundledEncoder()


@pytest.fixture(scope="module")
def opened() -> OpenClipEncoder:
    """Return an untrained model of open_clip's own classes: real weights cannot be fetched everywhere."""
    torch.manual_seed(0)
    return OpenClipEncoder("ViT-S-32-alt", "random")


def pictures(count: int = 3) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    return [rng.integers(0, 255, (90 + 40 * n, 160, 3), dtype=np.uint8) for n in range(count)]


@pytest.mark.parametrize("profile", ["bundled", "opened"])
def test_everything_has_length_one_and_one_width(profile: str, request: pytest.FixtureRequest) -> None:
    encoder: VideoEncoder = request.getfixturevalue(profile)

    frame_KE = encoder.encode_frames(pictures())
    video_D = encoder.encode_video(frame_KE, [0.0, 1.0, 2.5], [0.1, 0.2, 0.1])
    text_ND = encoder.text(["waves at dawn", "a cat"])

    assert np.linalg.norm(frame_KE[:, : encoder.dims], axis=1) == pytest.approx(1, abs=1e-3)
    assert np.linalg.norm(video_D) == pytest.approx(1, abs=1e-3)
    assert (video_D.shape, text_ND.shape) == ((encoder.dims,), (2, encoder.dims))
    assert np.linalg.norm(text_ND, axis=1) == pytest.approx(1, abs=1e-3)


def test_the_open_profile_averages_as_its_model_was_trained(opened: OpenClipEncoder) -> None:
    frame_KD = opened.encode_frames(pictures())

    mean_D = frame_KD.mean(0) / np.linalg.norm(frame_KD.mean(0))

    np.testing.assert_allclose(opened.encode_video(frame_KD, [0, 1, 2]), mean_D, atol=1e-5)


def test_two_models_have_two_versions(bundled: BundledEncoder, opened: OpenClipEncoder) -> None:
    assert bundled.version != opened.version
    assert opened.version == "open-ViT-S-32-alt-random"


def test_a_video_of_one_frame_has_a_vector(bundled: BundledEncoder) -> None:
    frame_KE = bundled.encode_frames(pictures(1))

    assert np.isfinite(bundled.encode_video(frame_KE, [0.0], [0.0])).all()


def test_a_batch_gives_what_its_pictures_give_alone(bundled: BundledEncoder) -> None:
    together = bundled.encode_frames(pictures())
    alone = np.concatenate([bundled.encode_frames([picture]) for picture in pictures()])

    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_the_text_tower_is_the_shared_sentence_encoder() -> None:
    import open_clip

    texts = ["Night market in Seoul", "a much longer sentence about a cat that watches the rain from a window"]
    tokens = open_clip.tokenizer.HFTokenizer(backbone_dir(), context_length=64)(texts)

    with torch.inference_mode():
        through_open_clip = bundled_clip().encode_text(tokens, normalize=True).numpy()

    np.testing.assert_allclose(through_open_clip, sentence_encoder().encode(texts), atol=1e-4)


def test_features_projected_are_the_vectors() -> None:
    torch.manual_seed(0)
    tower, image = FrameTower(bundled_visual()).eval(), torch.randn(2, 3, 112, 112)

    with torch.inference_mode():
        vector_BD, feature_BF = tower(image)
        straight_BD = torch.nn.functional.normalize(tower.visual(image), dim=-1)

    torch.testing.assert_close(vector_BD, straight_BD, atol=1e-4, rtol=1e-3)
    assert feature_BF.shape == (2, 192)


def test_the_crop_keeps_the_middle() -> None:
    tall = np.zeros((320, 180, 3), np.uint8)
    tall[68:252] = 255  # the middle square, and the two rows beyond it that scaling looks at

    assert Preprocess().crop(tall).min() > 200
