"""Learn how texts are compared with what is seen, from texts alone, before any picture is. Pure.

The sentence encoder puts near-twins' captions close together ("lively" and "calm" are .03 of a caption's length apart) and wordings of one
caption as far, so a video that says its pace loudly enough to be told from its twin moves away from both captions. The map stretches what
tells captions of different clips apart, shrinks what tells wordings of one caption apart, and leaves other words where they are: perfect
videos find .94 of the captions instead of .87, near-twins in pace alone 1.00 instead of .90, hand-written queries as many as before. The
taste axis beside it (vision/clip/text_map.py) needs no steps.

Shape suffixes: N clips, W wordings, B batch, D embedding, P phrases.
"""

import torch

from models.backbone import sentence_encoder
from vision.clip.background import topics
from vision.clip.data import CAPTION, NUM_TEXTS, SUBJECT, TITLE
from vision.clip.losses import alignment, info_nce, rate_at
from vision.clip.pairs import pick_rows, read_phrases
from vision.clip.recipes import Recipe
from vision.clip.temporal_head import TemporalHead
from vision.clip.text_map import TextMap
from vision.clip.towers import FrameTower

NUM_STEPS, RATE, WARMUP = 400, 2e-3, 10
SCALE = 4.6052  # log 100
RIDGE = 0.01
NUM_HELD = 512  # other words a step, held where they are


def other_words() -> torch.Tensor:
    """Return the vectors [P, D] of what people type, in our families' words and of everyday topics."""
    typed = [phrase for phrases in read_phrases().values() for phrase in phrases]
    return torch.from_numpy(sentence_encoder().encode([*typed, *topics()]))


def train_text_map(recipe: Recipe, text_NTD: torch.Tensor, group_G4: torch.Tensor, phrase_PD: torch.Tensor) -> TextMap:
    """Return the map after all steps (seconds), frozen, from clips' texts with wordings [N, 6 + W, D] (pairs.encode_texts).

    A caption in one wording finds the middle of its other wordings among near-twins', while phrases, subjects, tags and titles stay.
    """
    torch.manual_seed(recipe.seed)
    text_map = TextMap()
    learned = [text_map.down.requires_grad_(True), text_map.up.requires_grad_(True)]
    optimiser = torch.optim.Adam(learned, lr=RATE)
    rng = torch.Generator().manual_seed(recipe.seed)
    wording_NWD = torch.cat([text_NTD[:, CAPTION : CAPTION + 1], text_NTD[:, NUM_TEXTS:]], dim=1)
    short_PD = text_NTD[: len(phrase_PD), SUBJECT : TITLE + 1].flatten(0, 1)
    held_PD = torch.cat([phrase_PD, short_PD[torch.randperm(len(short_PD), generator=rng)[: len(phrase_PD)]]])
    for step in range(NUM_STEPS):
        rows = pick_rows(group_G4, len(text_NTD), recipe.tower_batch, recipe.tower_batch // 5, rng).unique()
        order_BW = torch.rand(len(rows), wording_NWD.shape[1], generator=rng).argsort(dim=1)
        wording_BWD = wording_NWD[rows[:, None], order_BW]
        found = info_nce(
            text_map.said(wording_BWD[:, 0]), text_map.said(wording_BWD[:, 1:].mean(1)), torch.tensor(SCALE)
        )
        chosen_PD = held_PD[torch.randint(len(held_PD), (NUM_HELD,), generator=rng)]
        loss = found + recipe.text_map_hold * alignment(text_map.said(chosen_PD), chosen_PD)
        for group in optimiser.param_groups:
            group["lr"] = rate_at(step, NUM_STEPS, RATE, WARMUP)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    text_map.requires_grad_(False).eval()
    text_map.vague[:], text_map.vague_bias[:] = vagueness(held_PD, wording_NWD.flatten(0, 1))
    text_map.axis[:] = least_used(text_map.said(text_NTD.flatten(0, 1)))
    return text_map


def vagueness(short_PD: torch.Tensor, caption_ND: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Return the linear map [D] and bias that give what people type 1 and whole captions 0: ridge regression, both alike in weight.

    From .35 to .85 of the regression, so that a caption has exactly none.
    """
    short_DD, caption_DD = short_PD.T @ short_PD / len(short_PD), caption_ND.T @ caption_ND / len(caption_ND)
    both_DD = short_DD + caption_DD
    ridge_DD = RIDGE * both_DD.trace() / len(both_DD) * torch.eye(len(both_DD))
    return torch.linalg.solve(both_DD + ridge_DD, short_PD.mean(0)) * 2, -0.7


def least_used(vector_ND: torch.Tensor) -> torch.Tensor:
    """Return the direction [D] of length 1 that the vectors have least of."""
    return torch.linalg.eigh(vector_ND.T @ vector_ND).eigenvectors[:, 0]


def clear_taste_axis(tower: FrameTower, head: TemporalHead) -> None:
    """Take the taste axis out of what trained models say, in place: a video has none of it until people's preferences are learned."""
    axis_D = tower.text_map.axis
    clear_DD = torch.eye(len(axis_D)) - torch.outer(axis_D, axis_D)
    with torch.no_grad():
        tower.visual.proj.copy_(tower.visual.proj @ clear_DD)
        head.out.weight.copy_(clear_DD @ head.out.weight)
        head.out.bias.copy_(clear_DD @ head.out.bias)
