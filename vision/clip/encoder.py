"""Give pictures, videos and texts their vectors, by the model profile. Pure; one encoder a process, loaded after the fork.

`bundled` (and `served`, which only moves the language models): the shipped frame tower and temporal head beside the shared sentence
encoder. `open`: any open_clip model by name, weights from the hub or a folder; frames are averaged, as that model was trained.

Shape suffixes: K keyframes, N texts, D the space's width, E what is cached of a frame (its vector, then features for the head).
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch

from models.backbone import BACKBONE_DIM, sentence_encoder
from vision.clip.open_weights import load_open_clip
from vision.clip.temporal_head import load_head
from vision.clip.towers import Preprocess, load_tower
from vision.clip.weights import HEAD_FILE, TOWER_FILE, bundled_versions

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

DEFAULT_OPEN_MODEL, DEFAULT_OPEN_PRETRAINED = "ViT-B-32", "laion2b_s34b_b79k"


class VideoEncoder(Protocol):
    """What ingest, index and feed use. Vectors of different `version`s must never meet; frame vectors go by `tower_version`."""

    version: str
    tower_version: str
    profile: str
    dims: int

    def encode_frames(self, frames: list[Picture]) -> Floats:
        """Return float32 [K, E] for RGB uint8 [H, W, 3] pictures of any size; the first D columns have length 1."""
        ...

    def encode_video(self, vectors_KE: Floats, times_s: Any, motion: Any = None) -> Floats:
        """Return the video's vector [D] of length 1 from K >= 1 frames at ascending seconds, with motion [K] or [K, M] if known."""
        ...

    def text(self, texts: list[str]) -> Floats:
        """Return float32 [N, D] of length 1, as texts are kept and compared with each other."""
        ...

    def as_seen(self, text_ND: Floats) -> Floats:
        """Return texts' vectors [N, D] as frames and videos are compared with them, by inner product; 1 or longer."""
        ...


class BundledEncoder:
    """The shipped models: MiniLM's space, 384-d."""

    profile = "bundled"
    dims = BACKBONE_DIM

    def __init__(self, tower_file: Path = TOWER_FILE, head_file: Path = HEAD_FILE) -> None:
        torch.set_num_threads(1)
        self.tower_version, self.version = bundled_versions(tower_file, head_file)
        self.tower = load_tower(tower_file)
        self.head = load_head(head_file)
        self.preprocess = Preprocess()

    @torch.inference_mode()
    def encode_frames(self, frames: list[Picture]) -> Floats:
        vector_KD, feature_KF = self.tower(self.preprocess.batch(frames))
        return torch.cat([vector_KD, feature_KF], dim=-1).numpy()

    @torch.inference_mode()
    def encode_video(self, vectors_KE: Floats, times_s: Any, motion: Any = None) -> Floats:
        frame_BKE = torch.from_numpy(np.array(vectors_KE, dtype=np.float32))[None]
        time_BK = torch.tensor(list(times_s), dtype=torch.float32)[None]
        motion_BK = (
            torch.zeros_like(time_BK) if motion is None else torch.from_numpy(np.array(motion, dtype=np.float32))[None]
        )
        return self.head(frame_BKE, time_BK, motion_BK, torch.ones_like(time_BK, dtype=torch.bool))[0].numpy()

    def text(self, texts: list[str]) -> Floats:
        return sentence_encoder().encode(texts)

    @torch.inference_mode()
    def as_seen(self, text_ND: Floats) -> Floats:
        return np.asarray(self.tower.text_map(torch.from_numpy(text_ND)).numpy(), dtype=np.float32)


class OpenClipEncoder:
    """An open_clip model by name, folder or file (vision/clip/open_weights.py), with its own text tower and its own space."""

    profile = "open"

    def __init__(self, name: str, pretrained: str) -> None:
        torch.set_num_threads(1)
        self.model, self.transform, self.tokenizer, self.version = load_open_clip(name, pretrained)
        self.tower_version = self.version
        self.dims = int(self.text(["a"]).shape[1])

    @torch.inference_mode()
    def encode_frames(self, frames: list[Picture]) -> Floats:
        from PIL import Image

        image_KCHW = torch.stack([self.transform(Image.fromarray(frame)) for frame in frames])
        return self.model.encode_image(image_KCHW, normalize=True).float().numpy()

    def encode_video(self, vectors_KE: Floats, times_s: Any, motion: Any = None) -> Floats:
        mean_D = vectors_KE.astype(np.float32).mean(0)
        return mean_D / max(float(np.linalg.norm(mean_D)), 1e-6)

    @torch.inference_mode()
    def text(self, texts: list[str]) -> Floats:
        if not texts:
            return np.zeros((0, self.dims), dtype=np.float32)
        return self.model.encode_text(self.tokenizer(texts), normalize=True).float().numpy()

    def as_seen(self, text_ND: Floats) -> Floats:
        return text_ND


@lru_cache(maxsize=1)
def load_video_encoder() -> VideoEncoder:
    """Return this process's one encoder, chosen by MODEL_PROFILE; `open` reads TILLER_OPEN_CLIP_MODEL and TILLER_OPEN_CLIP_PRETRAINED."""
    if os.environ.get("MODEL_PROFILE", "bundled") == "open":
        name = os.environ.get("TILLER_OPEN_CLIP_MODEL", DEFAULT_OPEN_MODEL)
        return OpenClipEncoder(name, os.environ.get("TILLER_OPEN_CLIP_PRETRAINED", DEFAULT_OPEN_PRETRAINED))
    return BundledEncoder()
