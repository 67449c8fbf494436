"""Real weights load by name, folder or file, and give the vectors that they gave before they were saved."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from vision.clip.encoder import OpenClipEncoder
from vision.clip.open_weights import CONFIG_NAME

NAME = "ViT-S-32-alt"
SIGLIP_MEAN = (0.5, 0.5, 0.5)


@pytest.fixture(scope="module")
def untrained() -> OpenClipEncoder:
    torch.manual_seed(0)
    return OpenClipEncoder(NAME, "random")


@pytest.fixture(scope="module")
def folder(untrained: OpenClipEncoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the model as the hub lays one out."""
    from open_clip import get_model_config
    from safetensors.torch import save_file

    where = tmp_path_factory.mktemp("weights")
    state = {name: tensor.contiguous().clone() for name, tensor in untrained.model.state_dict().items()}
    save_file(state, where / "open_clip_model.safetensors")

    config = {"model_cfg": get_model_config(NAME), "preprocess_cfg": untrained.model.visual.preprocess_cfg}
    (where / CONFIG_NAME).write_text(json.dumps(config))
    return where


def pictures() -> list[np.ndarray]:
    return [np.random.default_rng(seed).integers(0, 255, (90, 160, 3), dtype=np.uint8) for seed in range(2)]


def test_a_folder_says_by_itself_which_model_it_is(untrained: OpenClipEncoder, folder: Path) -> None:
    loaded = OpenClipEncoder("a name that does not matter", str(folder))

    assert np.array_equal(loaded.encode_frames(pictures()), untrained.encode_frames(pictures()))
    assert np.array_equal(loaded.text(["a cat", "waves"]), untrained.text(["a cat", "waves"]))
    assert loaded.version != untrained.version


def test_a_file_of_weights_needs_the_models_name(
    untrained: OpenClipEncoder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ViT-S-32-alt has no published weights: its way with pictures is that of ViT-B-32's here."""
    import open_clip

    tags, prepared = open_clip.list_pretrained_tags_by_model, open_clip.get_pretrained_cfg
    monkeypatch.setattr(open_clip, "list_pretrained_tags_by_model", lambda name: tags("ViT-B-32"))
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda name, tag: prepared("ViT-B-32", tag))

    loaded = OpenClipEncoder(NAME, str(folder / "open_clip_model.safetensors"))

    assert np.array_equal(loaded.encode_frames(pictures()), untrained.encode_frames(pictures()))


def test_pictures_are_prepared_as_the_folder_says(untrained: OpenClipEncoder, folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / CONFIG_NAME).read_text())
    config["preprocess_cfg"] |= {"mean": SIGLIP_MEAN, "std": SIGLIP_MEAN}
    (tmp_path / CONFIG_NAME).write_text(json.dumps(config))
    (tmp_path / "model.safetensors").hardlink_to(folder / "open_clip_model.safetensors")

    other = OpenClipEncoder(NAME, str(tmp_path))

    assert not np.allclose(other.encode_frames(pictures()), untrained.encode_frames(pictures()), atol=1e-3)
    assert tuple(other.transform.transforms[-1].mean) == SIGLIP_MEAN


def test_other_weights_in_a_folder_of_the_same_name_are_another_version(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    changed = tmp_path / folder.name
    changed.mkdir()
    (changed / CONFIG_NAME).write_text((folder / CONFIG_NAME).read_text())
    state = load_file(folder / "open_clip_model.safetensors")
    state["logit_scale"] = state["logit_scale"] + 1
    save_file(state, changed / "open_clip_model.safetensors")

    one, other = OpenClipEncoder(NAME, str(folder)), OpenClipEncoder(NAME, str(changed))

    assert one.version != other.version
    assert one.version.startswith(f"open-{folder.name}-")
    assert len(one.version) <= 80


def test_what_cannot_be_loaded_is_said_plainly(folder: Path, tmp_path: Path) -> None:
    pickle, empty = tmp_path / "weights.pt", tmp_path / "empty"
    pickle.write_bytes(b"no tensors")
    empty.mkdir()

    for pretrained, reason in (
        (pickle, "pickles are not read"),
        (empty, "one .safetensors file"),
        (tmp_path / "nowhere", "which is not there"),
        (folder / "open_clip_model.safetensors", "do not say how pictures are prepared"),
    ):
        with pytest.raises(ValueError, match=reason):
            OpenClipEncoder(NAME, str(pretrained))
