"""Claims about the stage networks: what does not matter must change nothing, and what is saved comes back."""

import copy
from pathlib import Path

import pytest
import torch

from chat.intent.examples import parse_line
from chat.intent.recipes import recipe
from chat.intent.stages.labels import TAGS, token_labels
from chat.intent.stages.network import HeadSpec, StageNetwork, folded, load_network, save_network, unfold
from chat.intent.stages.spans import decode, trimmed
from chat.intent.stages.text import collate, encode
from models.backbone import sentence_encoder

SPEC = HeadSpec(token={"tag": 7}, message={"task": 13}, rank=4)


@pytest.fixture(scope="module")
def network() -> StageNetwork:
    torch.manual_seed(1)
    made = StageNetwork(sentence_encoder().model, SPEC).eval()
    for name, tensor in made.own_tensors().items():
        if name.endswith(".up"):
            torch.nn.init.normal_(tensor, std=0.02)
    return made


def rows(*texts: str) -> list:
    return [encode(sentence_encoder().tokenizer, text, []) for text in texts]


def test_padding_changes_nothing(network: StageNetwork) -> None:
    short, long = rows("more tigers", "please show me far more of the old steam trains in the snow and no football")

    alone = network(collate([short]))
    padded = network(collate([short, long]))

    size = len(short.ids)
    torch.testing.assert_close(alone["tag"][0], padded["tag"][0, :size], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(alone["task"][0], padded["task"][0], atol=1e-4, rtol=1e-4)


def test_the_order_of_the_batch_permutes_the_output(network: StageNetwork) -> None:
    first, second = rows("more tigers", "no more lions")

    forward = network(collate([first, second]))["task"]
    backward = network(collate([second, first]))["task"]

    torch.testing.assert_close(forward, backward.flip(0), atol=1e-4, rtol=1e-4)


def test_an_untrained_adapter_leaves_the_encoder_as_it_is() -> None:
    backbone = sentence_encoder()
    fresh = StageNetwork(backbone.model, SPEC).eval()
    batch = collate(rows("more tigers"))

    arguments = {"input_ids": batch.ids_BT, "token_type_ids": batch.types_BT, "attention_mask": batch.mask_BT.long()}

    torch.testing.assert_close(
        fresh.encoder(**arguments).last_hidden_state, backbone.model(**arguments).last_hidden_state
    )


def test_a_stage_shares_the_encoder_and_never_changes_it(network: StageNetwork) -> None:
    backbone = sentence_encoder()
    before = backbone.encode(["more tigers"])

    network(collate(rows("something else")))

    assert (backbone.encode(["more tigers"]) == before).all()
    shared = {id(parameter) for parameter in backbone.model.parameters()}
    own = sum(tensor.numel() for tensor in network.parameters() if id(tensor) not in shared)
    assert own < 1_000_000


def test_maps_that_were_trained_whole_come_back_as_adapters(network: StageNetwork) -> None:
    encoder, batch, network = sentence_encoder().model, collate(rows("more tigers")), copy.deepcopy(network)
    before = {name: logits.detach() for name, logits in network(batch).items()}
    pristine = encoder.encoder.layer[0].output.dense.weight.clone()

    maps = unfold(network)
    unfolded = network(batch)
    with torch.no_grad():
        for weight in maps:
            weight += 0.01 * torch.randn_like(weight)
    changed, again = network(batch), folded(network, encoder, rank=384).eval()(batch)

    assert torch.equal(encoder.encoder.layer[0].output.dense.weight, pristine)
    for name, logits in before.items():
        torch.testing.assert_close(unfolded[name], logits, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(again[name], changed[name], atol=1e-3, rtol=1e-3)
        assert (changed[name] - logits).abs().max() > 1e-3


def test_what_is_saved_comes_back(network: StageNetwork, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_network(network, path, metadata={"stage": "test"})

    loaded, metadata = load_network(sentence_encoder().model, path)

    again = loaded.state_dict()
    assert metadata["stage"] == "test"
    for name, tensor in network.own_tensors().items():
        assert torch.equal(again[name], tensor.detach().half().float()), name


def test_one_batch_can_be_overfitted() -> None:
    torch.manual_seed(3)
    backbone = sentence_encoder()
    fresh = StageNetwork(backbone.model, SPEC).eval()
    examples = [
        parse_line(line, "more", "t") for line in ("more {tigers}", "no more {-lions}", "{bears} but not {-wolves}")
    ]
    encoded = [encode(backbone.tokenizer, example.message.text, []) for example in examples]
    batch = collate(encoded)
    targets = torch.full(batch.ids_BT.shape, -100)
    for index, (example, row) in enumerate(zip(examples, encoded, strict=True)):
        targets[index, : len(row.ids)] = torch.tensor(token_labels(example, row).tag)
    optimizer = torch.optim.AdamW(fresh.own_tensors().values(), lr=3e-3)

    for _ in range(60):
        loss = torch.nn.functional.cross_entropy(
            fresh(batch)["tag"].flatten(0, 1), targets.flatten(), ignore_index=-100
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    assert loss.item() < 0.05


def test_all_shipped_models_together_stay_within_forty_megabytes() -> None:
    from chat.intent.stages import MODELS_DIR

    sizes = [path.stat().st_size for path in MODELS_DIR.glob("*/*.safetensors")]

    assert len(sizes) >= 7
    assert sum(sizes) <= 40_000_000


def test_spans_are_cut_to_whole_words_that_name_the_thing() -> None:
    row = encode(sentence_encoder().tokenizer, "show me kintsugi clips", [])
    p_TC = torch.full((len(row.ids), len(TAGS)), 0.01)
    p_TC[:, 0] = 0.9
    inside = [index for index, place in enumerate(row.places) if place is not None and place[1] >= 8]
    for number, index in enumerate(inside):
        p_TC[index] = 0.01
        p_TC[index, TAGS.index("B-more" if number == 0 else "I-more")] = 0.9

    [span] = decode(p_TC, TAGS, row, ["show me kintsugi clips"])

    assert (span.text, span.role, span.turn) == ("kintsugi", "more", 0)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("some more clips of foxes please", "foxes"),
        ("the", "the"),
        ("tigers too", "tigers"),
        ("?!", ""),
        ("videos about bees", "bees"),
    ],
)
def test_trimming_leaves_what_names_the_thing(said: str, named: str) -> None:
    assert trimmed(said) == named


def test_every_recipe_weighs_only_heads_that_it_has() -> None:
    for stage in ("trunk", "key_phrases", "intention", "extraction", "selection"):
        plan = recipe(stage)

        assert set(plan.weights) == {*plan.heads.token, *plan.heads.message}
