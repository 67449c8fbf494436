"""Choose what a step compares: which clips, which of their texts, and from what randomness. Pure.

Shape suffixes: N clips, T texts a clip (vision/clip/data.py), B batch, D embedding.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from models.backbone import sentence_encoder
from vision.clip.data import CAPTION, NUM_TEXTS, STILL, SUBJECT, TAGS, TITLE, Clips
from vision.clip.pools import TWINS
from vision.clip.recipes import Recipe
from vision.clip.text_map import TextMap
from vision.scenes.catalogue import caption
from vision.scenes.spec import SceneSpec

PHRASES_FILE = Path(__file__).with_name("phrases.json")  # hand-written; none is one of the golden queries


def encode_texts(clips: Clips, *, wordings: int = 0) -> torch.Tensor:
    """Return the clips' texts as [N, 6 + wordings, 384], the last ones the caption in other words; each distinct text is encoded once.

    As the sentence encoder has them: a text map is for who compares them with pictures.
    """
    flat = [
        text
        for texts, spec in zip(clips.texts, clips.specs, strict=True)
        for text in (*texts, *(caption(spec, np.random.default_rng([spec.seed, number])) for number in range(wordings)))
    ]
    distinct = sorted(set(flat))
    row = {text: index for index, text in enumerate(distinct)}
    vectors = torch.from_numpy(sentence_encoder().encode(distinct))
    return vectors[torch.tensor([row[text] for text in flat])].view(len(clips), -1, vectors.shape[1])


def pick_frame_texts(
    text_NTD: torch.Tensor, rows: torch.Tensor, recipe: Recipe, rng: torch.Generator, is_in_event_B: torch.Tensor
) -> torch.Tensor:
    """Return one text a frame [B, D]: mostly what it shows, else the clip's subject, tags or title.

    A frame alone shows neither pace nor camera: told of them, near-twins would be noise to each other.
    """
    other = torch.randint(SUBJECT, TITLE + 1, (len(rows),), generator=rng)
    is_still = torch.rand(len(rows), generator=rng) < recipe.p_caption
    return text_NTD[rows, torch.where(is_still, STILL + is_in_event_B.long(), other)]


def pick_captions(text_NTD: torch.Tensor, rows: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Return one caption a row [B, D], in any of its wordings: two thirds of what tells two near-twins' captions apart is the wording."""
    num_wordings = text_NTD.shape[1] - NUM_TEXTS
    which = torch.randint(1 + num_wordings, (len(rows),), generator=rng)
    return text_NTD[rows, torch.where(which == 0, CAPTION, NUM_TEXTS - 1 + which)]


def meanings(text_NTD: torch.Tensor, phrase_ND: torch.Tensor, *, of_a_frame: bool) -> torch.Tensor:
    """Return where each clip, or any one frame of it, belongs in the space of words [N, D]: the middle of all that is said of it.

    Contrast alone asks only that a clip lies nearer to its words than others do; where it lies is left open, and words that nobody
    trained on miss it (cosine with this middle .20 by contrast alone; LOG.md). Were all clips exactly there, 253 hand-written queries in
    other words would find .87 of five right; at their captions .69, without the phrases .79. Tags count double, phrases fourfold.
    """
    captions_NTD = torch.cat([text_NTD[:, CAPTION : CAPTION + 1], text_NTD[:, NUM_TEXTS:]], dim=1)
    own_ND = text_NTD[:, STILL] if of_a_frame else captions_NTD.mean(1)
    middle_ND = own_ND + text_NTD[:, SUBJECT] + 2 * text_NTD[:, TAGS] + text_NTD[:, TITLE] + 4 * phrase_ND
    return torch.nn.functional.normalize(middle_ND, dim=-1)


def encode_phrases(specs: Sequence[SceneSpec], text_map: TextMap) -> torch.Tensor:
    """Return the mean of what people might type for each clip's family, in other words than ours (phrases.json): [N, 384], mapped."""
    phrases = read_phrases()
    found = sorted({spec.family for spec in specs})
    mean_of = {
        name: text_map.said(torch.from_numpy(sentence_encoder().encode(phrases[name]))).mean(0) for name in found
    }
    return torch.stack([mean_of[spec.family] for spec in specs])


def read_phrases() -> dict[str, list[str]]:
    """Return what people might type for each family."""
    phrases: dict[str, list[str]] = json.loads(PHRASES_FILE.read_text("utf-8"))
    return phrases


def twin_groups(specs: Sequence[SceneSpec]) -> torch.Tensor:
    """Return the rows of each group of near-twins [G, 4]; where a group is smaller, some of its rows stand twice.

    A group has three where two of its captions came out the same, so a fourth row is no group's beginning: taken for one, three of four
    "groups" were halves of two.
    """
    rows: dict[tuple[str, int], list[int]] = {}
    for row, spec in enumerate(specs):
        rows.setdefault((spec.family, spec.seed), []).append(row)
    return torch.tensor([(group * TWINS)[:TWINS] for group in rows.values()])


def pick_rows(
    group_G4: torch.Tensor, num_clips: int, batch: int, num_groups: int, rng: torch.Generator
) -> torch.Tensor:
    """Return clips for a batch: `num_groups` whole groups of near-twins, the rest at random."""
    groups = torch.randint(len(group_G4), (num_groups,), generator=rng)
    loose = torch.randint(num_clips, (batch - TWINS * num_groups,), generator=rng)
    return torch.cat([group_G4[groups].flatten(), loose])


def step_rng(recipe: Recipe, stage: int, step: int) -> torch.Generator:
    """Return the step's own randomness, and seed torch's (dropout) with it."""
    seed = recipe.seed * 1_000_003 + stage * 500_009 + step
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
