"""Stage: the steers and filters of a message, follow-ups resolved against the earlier turns. Pure.

The tagger reads the message and the earlier turns at once. A span that it marks in an earlier turn is what the message takes up again
("more of that"); a span marked "narrow" in the message joins it ("the red ones" after "vintage cars": "red vintage cars"). Where the
message steers but names nothing and takes nothing up, the steers of the latest turn that had some are taken up. What is said in the
plainest form ("more dogs", "dogs too") is read by its words (`plain`).
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from chat.intent.clauses import clauses
from chat.intent.examples import MOODS
from chat.intent.phrases import covers, phrase_key
from chat.intent.schema import HORIZONS, JSON, KINDS, MAX_PHRASE_CHARS, MAX_STEERS, TASKS, Steer
from chat.intent.shape import clean_text, refused_shape
from chat.intent.stages.filter_words import stated_filters
from chat.intent.stages.horizon_words import stated_horizon
from chat.intent.stages.labels import FRESHNESS, LENGTHS, MOOD_NAMES, PACES, STRENGTHS, TAGS
from chat.intent.stages.model import Output, StageModel, shares
from chat.intent.stages.plain import PlainWish, is_bare, plain_wish
from chat.intent.stages.resolve import narrowed, ordinal, resolved
from chat.intent.stages.spans import FoundSpan, decode

_MAX_LOOKED_BACK = 3
MIN_SPLIT_WORDS = 9
MAX_CLAUSES = 16
CLAUSE_SHARE = 0.5


class ExtractionStage:
    """Answer {"steers", "p_more", "plain", "filters", "mood", "p_task"}.

    Steers and filters are as in the reading; `p_more` is how likely the steers of the message's own words point to more, taken together
    (None where there are none or they differ); `plain` is the direction of a message that its form alone decides, else None; `mood` is
    what would suit if the message is one.
    """

    name = "extraction"

    def __init__(self, path: Path) -> None:
        self._model = StageModel(self.name, path)
        self.model_version = self._model.version

    def answer(self, message: str, history: list[str]) -> JSON:
        """Return the steers and filters of `message` after its earlier turns."""
        if refused_shape(message) is not None:
            return {
                "steers": [],
                "p_more": None,
                "plain": None,
                "filters": {},
                "mood": None,
                "p_task": {"chat": 1.0},
            }
        text, earlier = clean_text(message), [clean_text(turn) for turn in history if refused_shape(turn) is None]
        output = self._read(text, earlier)
        p_task = shares(output.message["task"], TASKS)
        steers, p_more = self._steers(output, text, earlier, task=max(p_task, key=lambda name: p_task[name]))
        wish = _wish_of(text, steers)
        plain = None if wish is None else wish.direction or self._direction_before(earlier, bare=wish.bare) or "more"
        if wish is not None and plain is not None:
            steers, p_more = [_plainly(wish, plain, steers)], None
        horizon = stated_horizon(text)
        return {
            "steers": [
                (replace(steer, horizon=horizon) if horizon else steer).to_json() for steer in steers[:MAX_STEERS]
            ],
            "p_more": p_more,
            "plain": plain,
            "filters": _filters(output, text),
            "mood": MOODS[MOOD_NAMES[int(output.message["mood"].argmax())]],
            "p_task": p_task,
        }

    def _read(self, text: str, earlier: Sequence[str]) -> Output:
        """Read the message whole, and a message of several clauses clause by clause too: each token's opinion is the mean of both."""
        parts = clauses(text)
        if len(parts) < 2 or len(text.split()) < MIN_SPLIT_WORDS:
            return self._model.read([(text, earlier)])[0]
        whole, *pieces = self._model.read([(text, earlier), *((part.text, ()) for part in parts[:MAX_CLAUSES])])
        by_place = {
            place[1:]: index for index, place in enumerate(whole.encoded.places) if place is not None and place[0] == 0
        }
        for part, piece in zip(parts, pieces, strict=False):
            for index, place in enumerate(piece.encoded.places):
                at = None if place is None else by_place.get((place[1] + part.start, place[2] + part.start))
                if at is not None:
                    for name, p_TC in whole.token.items():
                        p_TC[at] = (1 - CLAUSE_SHARE) * p_TC[at] + CLAUSE_SHARE * piece.token[name][index]
        return whole

    def _steers(
        self, output: Output, text: str, earlier: Sequence[str], *, task: str
    ) -> tuple[list[Steer], float | None]:
        turns = [text, *earlier[output.encoded.first_earlier :]]
        spans = decode(output.token["tag"], TAGS, output.encoded, turns)
        if (
            earlier
            and task in ("more", "less", "forget")
            and not any(span.role != "narrow" and span.turn == 0 for span in spans)
        ):
            former = self._taken_up(text, earlier, tagged=any(span.turn > 0 for span in spans))
            if former:
                narrowing = [span for span in spans if span.role == "narrow"]
                direction = "more" if task == "more" else "less"
                return [
                    replace(steer, phrase=narrowed(steer.phrase, narrowing), direction=direction) for steer in former
                ], None
        found = resolved(spans, turns)
        roles = {span.role for span, _ in found}
        p_more = _p_more(output, [span for span, _ in found]) if len(roles) == 1 else None
        return _deduplicated([_steer(span, phrase, output) for span, phrase in found]), p_more

    def _taken_up(self, text: str, earlier: Sequence[str], *, tagged: bool) -> list[Steer]:
        """Return the earlier steers that "the first one" or "both" picks, or the latest ones where the tagger took up none."""
        place = ordinal(text)
        if place is None:
            return [] if tagged else self._latest_steers(earlier)
        former = [steer for turn in earlier[-_MAX_LOOKED_BACK:] for steer in self._steers_of(turn)]
        return place(former) if len(former) > 1 else []

    def _latest_steers(self, earlier: Sequence[str]) -> list[Steer]:
        """Return the steers of the latest earlier turn that names any, read on its own."""
        return next(
            (steers for turn in list(reversed(earlier))[:_MAX_LOOKED_BACK] if (steers := self._steers_of(turn))), []
        )

    def _direction_before(self, earlier: Sequence[str], *, bare: bool) -> str | None:
        """Return the direction of the latest earlier turn that says one of its own.

        "dogs too" looks past small talk to what it goes on with; a bare "dogs" does not.
        """
        for turn in reversed(earlier):
            steers = self._steers_of(turn)
            wish = _wish_of(turn, steers)
            if wish is not None and wish.direction is None:
                continue
            if wish is not None or steers:
                return wish.direction if wish is not None else steers[-1].direction
            if bare:
                return None
        return None

    def _steers_of(self, turn: str) -> list[Steer]:
        [output] = self._model.read([(turn, [])])
        spans = decode(output.token["tag"], TAGS, output.encoded, [turn])
        return _deduplicated([_steer(span, phrase, output) for span, phrase in resolved(spans, [turn])])


def _wish_of(text: str, steers: Sequence[Steer]) -> PlainWish | None:
    """Return what a message of a plain form wishes; of a bare thing the thing that the tagger found."""
    wish = plain_wish(text)
    if wish is None and len(steers) == 1 and is_bare(text, steers[0].phrase):
        return PlainWish(steers[0].phrase, None, bare=True)
    return wish


def _plainly(wish: PlainWish, direction: str, steers: Sequence[Steer]) -> Steer:
    """Return the steer of a plain wish: the stage's own where it found the thing, with the direction that the words say."""
    found = next((steer for steer in steers if covers(wish.thing, steer.phrase)), Steer(wish.thing[:MAX_PHRASE_CHARS]))
    hard = direction == "less" and (wish.hard or (found.hard and found.direction == direction))
    return replace(found, direction=direction, hard=hard)


def _p_more(output: Output, spans: Sequence[FoundSpan]) -> float:
    """Return the share of "more" in what the tags of all spans say about direction, in [0, 1]."""
    p_TC = torch.cat([output.token["tag"][span.first : span.last + 1] for span in spans])
    mean_C = p_TC.mean(0)
    more = float(mean_C[TAGS.index("B-more")] + mean_C[TAGS.index("I-more")])
    less = float(mean_C[TAGS.index("B-less")] + mean_C[TAGS.index("I-less")])
    return round(more / max(more + less, 1e-6), 4)


def _steer(span: FoundSpan, phrase: str, output: Output) -> Steer:
    here = slice(span.first, span.last + 1)
    mean = {name: output.token[name][here].mean(0) for name in ("kind", "hard", "horizon", "strength")}
    strength = sum(p * value for p, value in zip(mean["strength"].tolist(), STRENGTHS, strict=True))
    return Steer(
        phrase=phrase[:MAX_PHRASE_CHARS],
        kind=KINDS[int(mean["kind"].argmax())],
        direction="less" if span.role == "less" else "more",
        strength=round(strength, 3),
        hard=bool(mean["hard"].argmax() == 1),
        horizon=HORIZONS[int(mean["horizon"].argmax())],
    )


def _deduplicated(steers: list[Steer]) -> list[Steer]:
    """Keep each thing once, the longer phrase where one covers the other in the same direction."""
    kept: dict[str, Steer] = {}
    for steer in steers:
        wider = next(
            (key for key, other in kept.items() if other.direction == steer.direction and _overlap(other, steer)), None
        )
        if wider is None:
            kept.setdefault(phrase_key(steer.phrase), steer)
        elif len(steer.phrase) > len(kept[wider].phrase):
            kept[wider] = steer
    return list(kept.values())


def _overlap(first: Steer, second: Steer) -> bool:
    return covers(first.phrase, second.phrase) or covers(second.phrase, first.phrase)


def _filters(output: Output, text: str) -> JSON:
    chosen = {
        name: classes[int(output.message[name].argmax())]
        for name, classes in (("length", LENGTHS), ("pace", PACES), ("freshness", FRESHNESS))
    }
    return stated_filters(text, length=chosen["length"], pace=chosen["pace"], freshness=chosen["freshness"]).to_json()
