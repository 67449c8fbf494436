"""Build the image towers: our small one in open_clip's own classes, or any open_clip model by name. Pure.

The bundled model is an open_clip `CustomTextCLIP`: a ViT of width 192 with 6 layers (patch 16 at 112 px) whose output lies straight
in the 384-d space of all-MiniLM-L6-v2, and that sentence encoder as text tower, so pictures, titles and phrases share one space.

Shape suffixes: B batch, C channels, H height, W width, D embedding, F features before the projection.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
import torch

import models.torchvision_shim  # noqa: F401  (before open_clip)
from models.backbone import BACKBONE_DIM, backbone_dir
from vision.clip.text_map import TextMap
from vision.clip.weights import load_weights

IMAGE_SIDE_PX = 112
WIDTH, LAYERS, PATCH_PX = 192, 6, 16
MAX_TOKENS = 64
TEXT_MAP = "text_map."  # before the names of its tensors in a tower's file
VISION_CFG = {"image_size": IMAGE_SIDE_PX, "layers": LAYERS, "width": WIDTH, "patch_size": PATCH_PX, "head_width": 64}
MEAN = (0.48145466, 0.4578275, 0.40821073)  # OpenAI CLIP's, open_clip's default
STD = (0.26862954, 0.26130258, 0.27577711)


def text_cfg() -> dict[str, Any]:
    """Return open_clip's description of the sentence encoder; its path differs by installation, so it is made at run time."""
    return {
        "hf_model_name": backbone_dir(),
        "hf_tokenizer_name": backbone_dir(),
        "hf_model_pretrained": False,  # the one loaded encoder of the process is put in its place
        "hf_proj_type": None,
        "hf_pooler_type": "mean_pooler",
        "context_length": MAX_TOKENS,
    }


def bundled_clip() -> Any:
    """Return an open_clip CustomTextCLIP: a fresh frame tower beside the process's one sentence encoder (shared, frozen)."""
    from open_clip.model import CustomTextCLIP

    from models.backbone import sentence_encoder

    model = CustomTextCLIP(embed_dim=BACKBONE_DIM, vision_cfg=cast(Any, VISION_CFG), text_cfg=cast(Any, text_cfg()))
    model.text.transformer = sentence_encoder().model
    return model


def bundled_visual(*, patch_dropout: float = 0.0) -> torch.nn.Module:
    """Return the fresh image side alone: open_clip's VisionTransformer, [B, 3, 112, 112] to [B, 384], not normalised."""
    from open_clip.model import CLIPVisionCfg, _build_vision_tower

    config = CLIPVisionCfg(**cast(Any, VISION_CFG), patch_dropout=patch_dropout)
    return _build_vision_tower(BACKBONE_DIM, config)


class FrameTower(torch.nn.Module):
    """An open_clip image side that can also give the features before its projection, with how texts are compared with what it says."""

    def __init__(self, visual: torch.nn.Module, text_map: TextMap | None = None) -> None:
        super().__init__()
        self.visual: Any = visual
        self.text_map = text_map or TextMap()  # untrained: texts as they are

    def forward(self, image_BCHW: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (vectors [B, D] of length 1, features [B, F]); F is 0 where the tower has no projection of its own."""
        projection_FD = getattr(self.visual, "proj", None)
        if not isinstance(projection_FD, torch.nn.Parameter):
            vector_BD = self.visual(image_BCHW).float()
            return torch.nn.functional.normalize(vector_BD, dim=-1), vector_BD.new_zeros(len(vector_BD), 0)
        self.visual.proj = None  # open_clip then stops at the pooled features
        try:
            feature_BF = self.visual(image_BCHW).float()
        finally:
            self.visual.proj = projection_FD
        return torch.nn.functional.normalize(feature_BF @ projection_FD.float(), dim=-1), feature_BF


def load_tower(file: Path) -> FrameTower:
    """Return the tower of a weights file, ready to serve; one of before text maps reads texts as they are."""
    state = load_weights(file)[0]
    tower = FrameTower(bundled_visual())
    of_map = {name.removeprefix(TEXT_MAP): state.pop(name) for name in list(state) if name.startswith(TEXT_MAP)}
    tower.visual.load_state_dict(state)
    if of_map:
        tower.text_map.load_state_dict(of_map)
    return tower.requires_grad_(False).eval()


def tower_state(tower: FrameTower) -> dict[str, torch.Tensor]:
    """Return what a tower's weights file holds."""
    return {**tower.visual.state_dict(), **tower.text_map.state_dict(prefix=TEXT_MAP)}


@dataclass(frozen=True)
class Preprocess:
    """Centre crop and normalise as a tower expects."""

    side_px: int = IMAGE_SIDE_PX
    mean: tuple[float, ...] = MEAN
    std: tuple[float, ...] = STD

    def crop(self, frame_HWC: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Scale the short side of an RGB uint8 [H, W, 3] picture to the tower's side and cut the middle: [side, side, 3]."""
        height_px, width_px = frame_HWC.shape[:2]
        scale = self.side_px / min(height_px, width_px)
        size = (max(self.side_px, round(width_px * scale)), max(self.side_px, round(height_px * scale)))
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(frame_HWC, size, interpolation=method)
        top, left = (small.shape[0] - self.side_px) // 2, (small.shape[1] - self.side_px) // 2
        return np.asarray(small[top : top + self.side_px, left : left + self.side_px], dtype=np.uint8)

    def batch(self, frames: list[npt.NDArray[np.uint8]]) -> torch.Tensor:
        """Return float32 [B, 3, side, side], normalised, for RGB uint8 pictures of any sizes."""
        return self.normalise(torch.from_numpy(np.stack([self.crop(frame) for frame in frames])))

    def normalise(self, image_BHWC: torch.Tensor) -> torch.Tensor:
        """Return float32 [B, 3, H, W] for uint8 [B, H, W, 3] in [0, 255]."""
        mean, std = torch.tensor(self.mean) * 255, torch.tensor(self.std) * 255
        return ((image_BHWC.float() - mean) / std).permute(0, 3, 1, 2).contiguous()
