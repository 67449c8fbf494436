"""Texts meet pictures through a map: it tells near-twins' captions apart, leaves other words, and is kept for each tower."""

from pathlib import Path

import numpy as np
import pytest
import torch

from models.backbone import sentence_encoder
from vision.clip.data import Clips, texts_of
from vision.clip.pairs import encode_texts, twin_groups
from vision.clip.recipes import quick
from vision.clip.temporal_head import HeadConfig, TemporalHead
from vision.clip.text_map import TASTE, TextMap
from vision.clip.towers import FrameTower, bundled_visual, load_tower, tower_state
from vision.clip.train_text_map import clear_taste_axis, other_words, train_text_map
from vision.clip.weights import TOWER_FILE, save_weights
from vision.index import Seen, search
from vision.models import TextMap as KeptMap
from vision.models import Video
from vision.scenes.catalogue import training_specs
from vision.scenes.spec import SceneSpec
from vision.text_maps import TASTE as TASTE_WITHOUT_TORCH
from vision.text_maps import as_seen, map_of, read_tensors, text_map_keep, text_maps_tidy
from vision.versions import vectors_store, version_ensure


def worded(seed: int, count: int) -> tuple[list[SceneSpec], torch.Tensor]:
    """Return specs with the vectors of their texts and of three further wordings [N, 9, 384]."""
    specs = list(training_specs(seed, count))
    nothing = np.zeros((count, 0))
    return specs, encode_texts(Clips(nothing, nothing, nothing, [texts_of(s) for s in specs], specs), wordings=3)


def share_told_apart(specs: list[SceneSpec], text_NTD: torch.Tensor, text_map: TextMap) -> float:
    """Return how often the middle of a clip's other wordings is nearer to its caption than a twin's that differs in pace alone."""
    caption_ND, middle_ND = text_map.said(text_NTD[:, 0]), text_map.said(text_NTD[:, 6:].mean(1))
    won = [
        bool(middle_ND[row] @ (caption_ND[row] - caption_ND[twin]) > 0)
        for group in twin_groups(specs).tolist()
        for row in group
        for twin in group
        if specs[row].pace != specs[twin].pace and specs[row].camera == specs[twin].camera
    ]
    assert len(won) > 30
    return float(np.mean(won))


def test_captions_of_near_twins_that_nobody_trained_on_are_told_apart_and_other_words_stay() -> None:
    specs, text_NTD = worded(21, 600)
    text_map = train_text_map(quick(), text_NTD, twin_groups(specs), other_words())
    others, other_NTD = worded(8301, 200)

    assert share_told_apart(others, other_NTD, text_map) > share_told_apart(others, other_NTD, TextMap()) + 0.03
    asked_ND = torch.from_numpy(sentence_encoder().encode(["sled dogs", "how to fix a bike", "old steam engine"]))
    assert ((text_map.said(asked_ND) * asked_ND).sum(-1) > 0.95).all()

    assert (text_map.vagueness(other_NTD[:, 0]) == 0).float().mean() > 0.95, "a whole caption is a matter of taste"
    assert text_map.vagueness(asked_ND).mean() > 0.8


def test_what_trained_models_find_does_not_change_when_the_axis_is_cleared_and_no_video_has_any_of_it() -> None:
    torch.manual_seed(0)
    tower, head = FrameTower(bundled_visual(), taught()).eval(), TemporalHead(HeadConfig()).eval()
    torch.nn.init.normal_(head.out.weight, std=0.05)
    torch.nn.init.normal_(head.out.bias, std=0.05)
    clear_taste_axis(tower, head)

    with torch.no_grad():
        frame_BKE = torch.cat(tower(torch.randn(6, 3, 112, 112)), dim=-1).view(3, 2, -1)
        time_BK, is_frame_BK = torch.tensor([[0.0, 1.0]] * 3), torch.ones(3, 2, dtype=torch.bool)
        video_BD = head(frame_BKE, time_BK, torch.zeros(3, 2), is_frame_BK)
    text_ND = torch.nn.functional.normalize(torch.randn(5, 384), dim=-1)

    assert (video_BD @ tower.text_map.axis).abs().max() < 1e-5
    order = (tower.text_map(text_ND) @ video_BD.T).argsort(dim=1)
    assert torch.equal(order, (tower.text_map.said(text_ND) @ video_BD.T).argsort(dim=1))


def test_untrained_it_changes_nothing_and_numpy_maps_as_torch_does(tmp_path: Path) -> None:
    text_ND = torch.nn.functional.normalize(torch.randn(5, 384), dim=-1)
    assert torch.allclose(TextMap()(text_ND), text_ND, atol=1e-6)

    tower = FrameTower(bundled_visual(), taught())
    save_weights(tmp_path / "tower.safetensors", tower_state(tower), {})
    assert TASTE == TASTE_WITHOUT_TORCH
    kept, loaded = map_of(read_tensors(tmp_path / "tower.safetensors")), load_tower(tmp_path / "tower.safetensors")

    np.testing.assert_allclose(kept(text_ND.numpy()), loaded.text_map(text_ND).numpy(), atol=1e-5)
    np.testing.assert_allclose(kept(text_ND[0].numpy()), loaded.text_map(text_ND)[0].numpy(), atol=1e-5)


def taught() -> TextMap:
    text_map = TextMap()
    rng = torch.Generator().manual_seed(2)
    text_map.up.data = torch.randn(text_map.up.shape, generator=rng) / 10
    text_map.vague[:], text_map.vague_bias[:] = torch.randn(384, generator=rng), 0.5
    text_map.axis[:] = torch.nn.functional.normalize(torch.randn(384, generator=rng), dim=0)
    return text_map


@pytest.mark.django_db
def test_search_compares_pictures_through_the_map_and_titles_without(tmp_path: Path) -> None:
    tower = FrameTower(bundled_visual(), taught())
    save_weights(tmp_path / "tower.safetensors", tower_state(tower), {})
    version = version_ensure(slug="mapped", profile="bundled", dims=384, tower_version="tower-mapped")
    text_map_keep(tower_version="tower-mapped", tower_file=tmp_path / "tower.safetensors")
    text_map_keep(tower_version="tower-mapped", tower_file=tmp_path / "tower.safetensors")
    assert KeptMap.objects.count() == 1
    query_D, other_D = sentence_encoder().encode(["waves at dawn", "a cat in the rain"])
    seen_D = as_seen(version=version, vectors=query_D)
    assert float(seen_D @ query_D) < 0.95
    for title, vector in (("as seen", seen_D), ("as read", query_D)):
        video = Video.objects.create(title=title, state="ready", visibility="approved", source="import")
        vectors_store(version=version, video_id=video.pk, video_vec=vector, title_vec=other_D)

    hits = search(query_D, limit=2, with_moments=False)

    assert [Video.objects.get(pk=hit.video_id).title for hit in hits] == ["as seen", "as read"]


@pytest.mark.django_db
def test_a_map_goes_with_the_last_version_of_its_tower(tmp_path: Path) -> None:
    save_weights(tmp_path / "tower.safetensors", tower_state(FrameTower(bundled_visual(), taught())), {})
    for tower in ("tower-kept", "tower-gone"):
        text_map_keep(tower_version=tower, tower_file=tmp_path / "tower.safetensors")
    version_ensure(slug="mapped", profile="bundled", dims=384, tower_version="tower-kept")

    text_maps_tidy()

    assert list(KeptMap.objects.values_list("tower_version", flat=True)) == ["tower-kept"]


@pytest.mark.django_db
def test_a_candidate_is_previewed_as_its_own_tower_reads_texts(tmp_path: Path) -> None:
    save_weights(tmp_path / "tower.safetensors", tower_state(FrameTower(bundled_visual(), taught())), {})
    text_map_keep(tower_version="tower-next", tower_file=tmp_path / "tower.safetensors")
    version_ensure(slug="serves", profile="bundled", dims=384, tower_version="tower-before")
    candidate = version_ensure(slug="next", profile="bundled", dims=384, tower_version="tower-next")
    query_D = sentence_encoder().encode(["waves at dawn"])[0]
    seen_D = as_seen(version=candidate, vectors=query_D)
    vectors_ND = np.stack([query_D, seen_D / np.linalg.norm(seen_D)])

    found = Seen(candidate, np.array([7, 8]), vectors_ND).cosines(query_D)

    assert list(found) == [8, 7]


@pytest.mark.django_db
def test_a_version_of_a_tower_from_before_is_searched_as_it_was() -> None:
    version = version_ensure(slug="before", profile="bundled", dims=384, tower_version="tower-before")
    vectors = np.eye(3, 384, dtype=np.float32)

    assert as_seen(version=version, vectors=vectors) is vectors


@pytest.mark.django_db
def test_the_shipped_tower_keeps_its_map_with_its_first_version() -> None:
    from vision.clip.weights import bundled_versions

    tower, slug = bundled_versions()
    version_ensure(slug=slug, profile="bundled", dims=384, tower_version=tower)

    assert KeptMap.objects.filter(tower_version=tower).exists() == bool(read_tensors(TOWER_FILE))
