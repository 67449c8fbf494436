"""Write and read the shipped video weights (safetensors, float16) and name the version that they are. Pure, torch only inside."""

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

MODELS_DIR = Path(__file__).resolve().parent.parent.parent / "models"
TOWER_FILE = MODELS_DIR / "frame_tower" / "model.safetensors"
HEAD_FILE = MODELS_DIR / "temporal_head" / "model.safetensors"


def file_version(*files: Path) -> str:
    """Return the first 12 hex digits of the files' sha256, in order; needs no torch."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:  # an open model may have gigabytes
            while part := stream.read(1 << 20):
                digest.update(part)
    return digest.hexdigest()[:12]


def save_weights(path: Path, state: "dict[str, torch.Tensor]", description: dict[str, Any]) -> None:
    """Write a state as float16 with its description in the header, all or nothing."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    half = {name: tensor.detach().half().contiguous() for name, tensor in state.items()}
    save_file(half, draft, metadata={"description": json.dumps(description, sort_keys=True)})
    draft.chmod(0o644)
    draft.replace(path)


def load_weights(path: Path) -> "tuple[dict[str, torch.Tensor], dict[str, Any]]":
    """Return (state as float32, description) of a file that `save_weights` wrote."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        description = json.loads((file.metadata() or {}).get("description", "{}"))
        return {name: file.get_tensor(name).float() for name in file.keys()}, description  # noqa: SIM118


def bundled_versions(tower_file: Path = TOWER_FILE, head_file: Path = HEAD_FILE) -> tuple[str, str]:
    """Return (name of the frame tower, name of the whole encoder) by the weights' content; needs no torch."""
    return f"tower-{file_version(tower_file)}", f"bundled-{file_version(tower_file, head_file)}"
