"""Turn a video's keyframe vectors into one video vector: a small transformer that reads times and motion. Pure.

Zero-initialised residual on the mean: untrained, the head is mean pooling (architecture, decision 3). It reads the frame vectors,
the tower's features before the projection, and for each keyframe when it is, how far its neighbours are and what moves: frames chosen
to even out motion would otherwise hide the pace (at chance in a first trial without), and no frame shows how the camera moves.

Shape suffixes: B batch, K keyframes (padded), D embedding, F features, T model width, P time frequencies, M motion numbers a keyframe.
"""

from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from vision.clip.weights import load_weights

NUM_FREQUENCIES = 8
NUM_SCALARS = 4  # gap before, gap after, motion here, mean motion of the video
LONGEST_PERIOD_S, SHORTEST_PERIOD_S = 60.0, 0.25


@dataclass(frozen=True)
class HeadConfig:
    """The head's shape; stored beside its weights."""

    dim: int = 384
    num_features: int = 192
    width: int = 192
    num_layers: int = 2
    num_heads: int = 4
    dropout: float = 0.1
    num_movements: int = 0  # read beside the motion energy (vision/camera.py); heads of before read none

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


class TemporalHead(nn.Module):
    """`forward` takes padded keyframes and returns [B, D] vectors of length 1."""

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        self.frame_in = nn.Linear(config.dim + config.num_features, config.width)
        self.feature_norm = nn.LayerNorm(config.num_features) if config.num_features else nn.Identity()
        num_scalars = NUM_SCALARS + 2 * config.num_movements
        self.time_in = nn.Linear(2 * NUM_FREQUENCIES + num_scalars, config.width)
        layer = nn.TransformerEncoderLayer(
            config.width,
            config.num_heads,
            2 * config.width,
            config.dropout,
            batch_first=True,
            norm_first=True,
            activation="gelu",
        )
        self.layers = nn.TransformerEncoder(layer, config.num_layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(config.width)
        self.out = nn.Linear(config.width, config.dim)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)

    def forward(
        self,
        frame_BKE: torch.Tensor,
        time_BK: torch.Tensor,
        motion_BKM: torch.Tensor,
        is_frame_BK: torch.Tensor,
    ) -> torch.Tensor:
        """Pool keyframes [B, K, D + F] at seconds [B, K] with motion; padding is False in `is_frame_BK`.

        Motion is the energy [B, K] alone, or [B, K, M] with the movements after it; what is not given counts as none.
        What padding holds changes nothing; each row needs one frame at least.
        """
        motion_BKM = self._known_motion(motion_BKM, is_frame_BK)
        frame_BKE = frame_BKE.masked_fill(~is_frame_BK[..., None], 0.0)
        vector_BKD, feature_BKF = frame_BKE.split([self.config.dim, self.config.num_features], dim=-1)
        token_BKT = self.frame_in(torch.cat([vector_BKD, self.feature_norm(feature_BKF)], dim=-1))
        token_BKT = token_BKT + self.time_in(_when(time_BK, motion_BKM, is_frame_BK))
        token_BKT = self.layers(token_BKT, src_key_padding_mask=~is_frame_BK)
        residual_BD = self.out(self.norm(_masked_mean(token_BKT, is_frame_BK)))
        mean_BD = nn.functional.normalize(_masked_mean(vector_BKD, is_frame_BK), dim=-1)
        return nn.functional.normalize(mean_BD + residual_BD, dim=-1)

    def _known_motion(self, motion_BKM: torch.Tensor, is_frame_BK: torch.Tensor) -> torch.Tensor:
        """Return [B, K, 1 + movements], zero where nothing is known and in the padding."""
        if motion_BKM.ndim == 2:
            motion_BKM = motion_BKM[..., None]
        motion_BKM = motion_BKM[..., : 1 + self.config.num_movements].masked_fill(~is_frame_BK[..., None], 0.0)
        missing = 1 + self.config.num_movements - motion_BKM.shape[-1]
        return nn.functional.pad(motion_BKM, (0, missing))


def _masked_mean(value_BKT: torch.Tensor, is_frame_BK: torch.Tensor) -> torch.Tensor:
    weight_BK1 = is_frame_BK[..., None].to(value_BKT.dtype)
    return (value_BKT * weight_BK1).sum(1) / weight_BK1.sum(1).clamp(min=1)


def _when(time_BK: torch.Tensor, motion_BKM: torch.Tensor, is_frame_BK: torch.Tensor) -> torch.Tensor:
    """Return [B, K, 2P + 2 + 2M]: sines of the seconds since the first keyframe, gaps to both neighbours, motion here and on average."""
    time_BK = time_BK.masked_fill(~is_frame_BK, 0.0)
    energy_BK1, movement_BKM = motion_BKM[..., :1], motion_BKM[..., 1:]
    small_BKM = torch.sign(movement_BKM) * torch.log1p(movement_BKM.abs() * 100)  # a pan is .01 to .1 widths a second
    motion_BKM = torch.cat([torch.log1p(energy_BK1.clamp(min=0) * 20), small_BKM], dim=-1)
    steps = torch.linspace(0, 1, NUM_FREQUENCIES, device=time_BK.device)
    period_P = LONGEST_PERIOD_S * (SHORTEST_PERIOD_S / LONGEST_PERIOD_S) ** steps
    angle_BKP = (time_BK - time_BK[:, :1])[..., None] * (2 * torch.pi / period_P)
    gap_BK = nn.functional.pad(time_BK[:, 1:] - time_BK[:, :-1], (1, 0))
    both_BK = is_frame_BK & nn.functional.pad(is_frame_BK[:, :-1], (1, 0))
    before_BK = torch.log1p(gap_BK.clamp(min=0)) * both_BK
    after_BK = nn.functional.pad(before_BK[:, 1:], (0, 1))
    mean_motion_BKM = _masked_mean(motion_BKM, is_frame_BK)[:, None].expand_as(motion_BKM)
    scalars = [before_BK[..., None], after_BK[..., None], motion_BKM, mean_motion_BKM]
    return torch.cat([angle_BKP.sin(), angle_BKP.cos(), *scalars], dim=-1)


def load_head(file: Path) -> TemporalHead:
    """Return the head of a weights file, ready to serve; raises what reading and fitting it raises."""
    state, description = load_weights(file)
    head = TemporalHead(HeadConfig(**description["config"])).eval()
    head.load_state_dict(state)
    return head
