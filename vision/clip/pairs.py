"""Choose what a step compares: which clips, which of their texts, and from what randomness. Pure.

Shape suffixes: N clips, T texts a clip (vision/clip/data.py), B batch, D embedding.
"""

import torch

from models.backbone import sentence_encoder
from vision.clip.data import Clips
from vision.clip.recipes import Recipe


def encode_texts(clips: Clips) -> torch.Tensor:
    """Return the clips' texts as [N, 5, 384]; each distinct text is encoded once."""
    flat = [text for texts in clips.texts for text in texts]
    distinct = sorted(set(flat))
    row = {text: index for index, text in enumerate(distinct)}
    vectors = torch.from_numpy(sentence_encoder().encode(distinct))
    return vectors[torch.tensor([row[text] for text in flat])].view(len(clips), -1, vectors.shape[1])


def pick_texts(
    text_NTD: torch.Tensor, rows: torch.Tensor, recipe: Recipe, rng: torch.Generator, is_in_event_B: torch.Tensor | None
) -> torch.Tensor:
    """Return one text a row [B, D]: mostly the caption (a whole video's) or what the one frame shows, else the subject or the tags.

    A frame alone shows neither pace nor camera: told of them, near-twins would be noise to each other.
    """
    main = torch.zeros(len(rows), dtype=torch.long) if is_in_event_B is None else 3 + is_in_event_B.long()
    other = torch.randint(0 if is_in_event_B is not None else 1, 3, (len(rows),), generator=rng)
    which = torch.where(torch.rand(len(rows), generator=rng) < recipe.p_caption, main, other)
    return text_NTD[rows, which]


def pick_rows(num_clips: int, batch: int, num_groups: int, rng: torch.Generator) -> torch.Tensor:
    """Return clips for a batch: `num_groups` whole groups of four near-twins, the rest at random."""
    starts = torch.randint(num_clips // 4, (num_groups,), generator=rng) * 4
    loose = torch.randint(num_clips, (batch - 4 * num_groups,), generator=rng)
    return torch.cat([(starts[:, None] + torch.arange(4)).flatten(), loose])


def step_rng(recipe: Recipe, stage: int, step: int) -> torch.Generator:
    """Return the step's own randomness, and seed torch's (dropout) with it."""
    seed = recipe.seed * 1_000_003 + stage * 500_009 + step
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
