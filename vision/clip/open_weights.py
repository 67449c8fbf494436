"""Take an open_clip model by name, or its weights from a folder or a file on this machine. Pure.

Three ways to name weights: one of open_clip's tags (fetched from the hub, or found in its cache); a folder as open_clip and the hub lay it
out (`open_clip_config.json` beside one .safetensors): the folder says which model it is and how it sees pictures; a .safetensors file
alone: the model is named beside it, and pictures are prepared as that model's published weights want them.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import models.torchvision_shim  # noqa: F401  (before open_clip)
from vision.clip.weights import file_version

RANDOM_WEIGHTS = "random"  # in place of a pretrained name: an untrained tower, for tests of the path
CONFIG_NAME = "open_clip_config.json"
PREPARED = ("mean", "std", "interpolation", "resize_mode")  # what published weights say of their pictures
MAX_NAME_CHARS = 80  # of a model version


class OpenClip(NamedTuple):
    """A model ready to encode: `transform` takes a PIL picture, `tokenizer` texts; `version` names architecture and weights."""

    model: Any
    transform: Callable[[Any], Any]
    tokenizer: Callable[[list[str]], Any]
    version: str


def load_open_clip(name: str, pretrained: str) -> OpenClip:
    """Load a model; weights of this machine are named by content, so that two of them are two versions.

    Raises ValueError, with what to do, for a path that is not there or cannot be taken. Pickles are never read.
    """
    if pretrained == RANDOM_WEIGHTS:
        return _create(name, None, version=f"{name}-{RANDOM_WEIGHTS}")
    path = Path(pretrained).expanduser()
    if path.is_dir():
        return _from_folder(path)
    if path.is_file():
        return _from_file(name, path)
    if os.sep in pretrained or path.suffix in {".safetensors", ".pt", ".pth", ".bin"}:
        raise ValueError(f"TILLER_OPEN_CLIP_PRETRAINED names {pretrained}, which is not there")
    version = name if ":" in name else f"{name}-{pretrained}"  # hf-hub:owner/model carries its own weights
    return _create(name, None if ":" in name else pretrained, version=version)


def _from_folder(folder: Path) -> OpenClip:
    weights = sorted(folder.glob("*.safetensors"))
    if not (folder / CONFIG_NAME).is_file() or len(weights) != 1:
        raise ValueError(
            f"{folder} must hold {CONFIG_NAME} and one .safetensors file; it holds {len(weights)} of those"
        )
    content = file_version(folder / CONFIG_NAME, weights[0])
    return _create(f"local-dir:{folder.resolve()}", None, version=f"{folder.resolve().name}-{content}")


def _from_file(name: str, file: Path) -> OpenClip:
    if file.suffix != ".safetensors":
        raise ValueError(f"{file.name} is not a .safetensors file; convert it, pickles are not read")
    return _create(name, str(file), version=f"{name}-{file_version(file)}", **_prepared(name))


def _prepared(name: str) -> dict[str, Any]:
    """Return how all published weights of a model want their pictures; raises ValueError where they differ or none is known."""
    from open_clip import get_pretrained_cfg, list_pretrained_tags_by_model

    tags = list_pretrained_tags_by_model(name)
    ways = [{key: get_pretrained_cfg(name, tag).get(key) for key in PREPARED} for tag in tags]
    if not ways or any(way != ways[0] for way in ways):
        raise ValueError(
            f"weights of {name} in a lone file do not say how pictures are prepared: put {CONFIG_NAME} beside"
        )
    return {f"image_{key}": value for key, value in ways[0].items() if value is not None}


def _create(name: str, pretrained: str | None, *, version: str, **values: Any) -> OpenClip:
    import open_clip

    model, _, transform = open_clip.create_model_and_transforms(name, pretrained=pretrained, **values)
    version = re.sub(r"[^\w.-]+", "-", f"open-{version}")
    if len(version) > MAX_NAME_CHARS:  # the end tells weights apart
        version = version[: MAX_NAME_CHARS - 33] + version[-33:]
    return OpenClip(model.eval(), transform, open_clip.get_tokenizer(name), version)
