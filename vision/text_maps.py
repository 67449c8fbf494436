"""Compare texts with what a version sees: they are kept as the text encoder has them, and mapped where they meet pictures.

The map is the frame tower's (vision/clip/text_map.py), kept as a row when a version of that tower is first made, so that a version of an
earlier tower is searched as it was. No torch: the web process searches too.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import safe_open
from safetensors.numpy import load, save

from vision.models import ModelVersion, TextMap

Floats = npt.NDArray[np.float32]

IN_FILE = "text_map."  # before the tensors' names in a tower's file
TASTE = 2.0  # as in vision/clip/text_map.py, which imports torch

_maps: dict[str, "Map"] = {}  # by tower; a tower's name is its content


@dataclass(frozen=True, eq=False)
class Map:
    """The map of vision/clip/text_map.py, tensor by tensor: down [R, D], up [D, R], vague [D] and [1], axis [D]."""

    down: Floats
    up: Floats
    vague: Floats
    vague_bias: Floats
    axis: Floats

    def __call__(self, vectors: Floats) -> Floats:
        mapped = vectors + vectors @ self.down.T @ self.up.T
        said = mapped - (mapped @ self.axis)[..., None] * self.axis
        said /= np.linalg.norm(said, axis=-1, keepdims=True)
        vagueness = np.clip(vectors @ self.vague + self.vague_bias[0], 0, 1)
        return np.asarray(said + TASTE * vagueness[..., None] * self.axis, dtype=np.float32)


def as_seen(*, version: ModelVersion, vectors: Floats) -> Floats:
    """Return texts' vectors, [N, D] or [D] of length 1, as frames and videos of a version are compared with them, by inner product.

    A text has a length of 1 in what it says; one that says little is longer, by its share of the taste axis.
    """
    text_map = _map_of(version.spec.get("tower_version", ""))
    return text_map(vectors) if text_map else vectors


def text_map_keep(*, tower_version: str, tower_file: Path) -> None:
    """Keep the map of a tower's weights file as a row; a tower of before text maps has none to keep."""
    found = read_tensors(tower_file)
    if found:
        TextMap.objects.get_or_create(tower_version=tower_version, defaults={"tensors": save(found)})


def text_maps_tidy() -> None:
    """Drop the maps of towers that no version is of any more."""
    towers = ModelVersion.objects.values_list("spec__tower_version", flat=True)
    TextMap.objects.exclude(tower_version__in=[tower for tower in towers if tower]).delete()


def read_tensors(tower_file: Path) -> dict[str, npt.NDArray[np.float16]]:
    """Return the map's tensors of a tower's weights file, none if it has none; reads nothing else of it."""
    with safe_open(tower_file, framework="np") as file:
        names = [name for name in file.keys() if name.startswith(IN_FILE)]  # noqa: SIM118
        return {name.removeprefix(IN_FILE): file.get_tensor(name) for name in names}


def map_of(tensors: dict[str, npt.NDArray[np.float16]]) -> Map:
    """Return the map of these tensors."""
    return Map(**{name: tensor.astype(np.float32) for name, tensor in tensors.items()})


def _map_of(tower_version: str) -> Map | None:
    if tower_version not in _maps:
        row = TextMap.objects.filter(tower_version=tower_version).first()
        if row is None:
            return None  # not remembered: one may come
        _maps[tower_version] = map_of(load(bytes(row.tensors)))
    return _maps[tower_version]
