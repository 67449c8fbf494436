"""Let personas live through rounds of the real feed: say something, get a slate, do something with its cards."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from chat.selectors import intent_document
from feed.services.engagements import EventDraft, engagements_record
from feed.simulation.choice import Act, acts_on
from feed.simulation.journal import Journal, Said, Served
from feed.simulation.personas import Persona, Wish
from feed.simulation.world import World
from feed.slates import ServedSlate, slate_create
from vision.selectors import approved_videos
from workers.simulation.jobs import Settle, sweep_feed
from workers.simulation.talk import wish_say, wish_write, words_of

CARDS_A_ROUND = 10


@dataclass
class Life:
    """One persona in the product: its account, its own chance, and the rows that it has reached, oldest first."""

    persona: Persona
    viewer_id: int
    rng: np.random.Generator
    seen: list[int] = field(default_factory=list)


def lives_of(*, personas: list[Persona], viewer_ids: list[int], seed: int) -> list[Life]:
    """Give each persona its account and a chance of its own."""
    return [
        Life(persona, viewer_id, np.random.default_rng([seed, 3, persona.index]))
        for persona, viewer_id in zip(personas, viewer_ids, strict=True)
    ]


def run(
    *,
    world: World,
    lives: list[Life],
    num_rounds: int,
    settle: Settle,
    in_words: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> Journal:
    """Play the rounds, everybody once a round, and return what happened; `tell` is called after each slate."""
    journal = Journal([life.persona for life in lives], num_rounds)
    for round_number in range(num_rounds):
        for life in lives:
            _speak(life, world, round_number, journal, settle, in_words)
            _watch(life, world, round_number, journal)
            settle(life.viewer_id)
            tell()
        sweep_feed()
    return journal


def _speak(life: Life, world: World, round_number: int, journal: Journal, settle: Settle, in_words: bool) -> None:
    wish = life.persona.wish_at(round_number)
    if wish is None:
        return
    topic = world.topics[wish.topic]
    text = words_of(wish, topic, life.rng)
    if in_words:
        wish_say(viewer_id=life.viewer_id, text=text)
    else:
        wish_write(viewer_id=life.viewer_id, wish=wish, topic=topic, text=text)
    settle(life.viewer_id)
    understood = _is_held(life.viewer_id, wish, topic)
    journal.said.append(Said(life.persona.index, round_number, wish, text, understood))


def _is_held(viewer_id: int, wish: Wish, topic: str) -> bool:
    """Return whether the document has a steer of that topic and direction."""
    direction = "more" if wish.direction == "more" else "less"
    steers = intent_document(viewer_id=viewer_id)["steers"]
    return any(steer["direction"] == direction and topic in steer["phrase"].casefold() for steer in steers)


def _watch(life: Life, world: World, round_number: int, journal: Journal) -> None:
    slate = slate_create(viewer_id=life.viewer_id, count=CARDS_A_ROUND, exclude=[])
    ids = [card["video_id"] for card in slate.cards]
    journal.num_unapproved += len(ids) - approved_videos().filter(pk__in=ids).count()
    known = set(world.video_id.tolist())
    cards = [card for card in slate.cards if card["video_id"] in known]  # what was ingested meanwhile has no appeal
    rows = [int(row) for row in world.rows_of([card["video_id"] for card in cards])]
    appeal_N = life.persona.appeal(world, round_number)
    acts = acts_on(life.persona, world, appeal_N, rows, life.seen, life.rng)
    _record(life.viewer_id, slate, [card["video_id"] for card in cards], acts)
    num_reached = 1 + max((act.position for act in acts), default=-1)
    life.seen += rows[:num_reached]
    sources = [card["reason"]["source"] for card in cards]
    journal.served.append(Served(life.persona.index, round_number, rows, num_reached, sources, slate.relaxed or ""))


def _record(viewer_id: int, slate: ServedSlate, ids: list[int], acts: list[Act]) -> None:
    events = [
        EventDraft(
            client_uuid=uuid.uuid4(),
            video_id=ids[act.position],
            kind=act.kind,
            value=act.value,
            slate_id=slate.slate_id,
            position=act.position,
        )
        for act in acts
    ]
    if events:
        engagements_record(viewer_id=viewer_id, events=events)
