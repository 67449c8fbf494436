"""Type a turn as people do: case, signs, slips, short forms, words before and after. Marked spans stay marked. Pure, seeded."""

import random
import re
from collections.abc import Callable

from chat.intent.examples import Span, Turn

_P_WRAPPED = 0.12
_BEFORE = (
    "hey ",
    "hi, ",
    "ok ",
    "okay ",
    "so ",
    "um ",
    "hmm ",
    "please ",
    "pls ",
    "well, ",
    "oh ",
    "yo ",
    "hello, ",
    "right, ",
    "tiller, ",
)
_AFTER = (
    *(
        " please",
        " pls",
        " plz",
        " thanks",
        " thank you",
        " thx",
        " ty",
        " lol",
        " tbh",
        " ok?",
        " if you can",
        " if possible",
        " :)",
    ),
    *(
        " haha",
        " for me",
        " i think",
        " i guess",
        " rn",
        " today",
        " 😊",
        " 🙏",
        " k thx",
        " btw",
        " though",
        " now",
        ", cheers",
        " bro",
    ),
)
_END = (".", "!", "!!", "...", " ..", "!!!", " !")
_SHORT_FORMS = (
    (re.compile(r"\byou\b"), "u"),
    (re.compile(r"\byour\b"), "ur"),
    (re.compile(r"\bplease\b"), "pls"),
    (re.compile(r"\bwant to\b"), "wanna"),
    (re.compile(r"\bgoing to\b"), "gonna"),
    (re.compile(r"\bwith\b"), "w"),
    (re.compile(r"\bright now\b"), "rn"),
    (re.compile(r"\bvideos\b"), "vids"),
    (re.compile(r"\bfavourite\b"), "fav"),
    (re.compile(r"\btonight\b"), "tonite"),
    (re.compile(r"\bto\b"), "2"),
    (re.compile(r"\band\b"), "n"),
    (re.compile(r"\breally\b"), "rly"),
    (re.compile(r"\bthe\b"), "da"),
)


def typed_turn(turn: Turn, rng: random.Random) -> Turn:
    """Return the turn as somebody might type it."""
    turn = _wrapped(turn, rng)
    if rng.random() < 0.15:
        turn = _mapped(turn, lambda piece, _: piece.replace("'", ""))
    if rng.random() < 0.1:
        pattern, short = rng.choice(_SHORT_FORMS)
        turn = _mapped(turn, lambda piece, span: piece if span else pattern.sub(short, piece))
    if rng.random() < 0.25:
        turn = _mapped(turn, lambda piece, span: _slipped(piece, rng, 0.25 if span else 0.6))
    return _cased(turn, rng)


def _wrapped(turn: Turn, rng: random.Random) -> Turn:
    before = rng.choice(_BEFORE) if rng.random() < _P_WRAPPED else ""
    after = rng.choice(_AFTER) if rng.random() < _P_WRAPPED else ""
    if after == "" and rng.random() < 0.25 and turn.text[-1:].isalnum():
        after = rng.choice(_END)
    shifted = tuple(_moved(span, len(before)) for span in turn.spans)
    return Turn(before + turn.text + after, shifted)


def _cased(turn: Turn, rng: random.Random) -> Turn:
    draw = rng.random()
    if draw < 0.04:
        return Turn(turn.text.upper() if len(turn.text.upper()) == len(turn.text) else turn.text, turn.spans)
    if draw < 0.3:
        text = re.sub(r"\bi\b(?=[ '])", "I", turn.text)
        return Turn(text[:1].upper() + text[1:] if len(text[:1].upper()) == 1 else text, turn.spans)
    if draw < 0.75 and len(turn.text.lower()) == len(turn.text):
        return Turn(turn.text.lower(), turn.spans)
    return turn


def _mapped(turn: Turn, change: Callable[[str, Span | None], str]) -> Turn:
    """Return the turn with every piece, marked or not, changed on its own; a span that would vanish is left as it was."""
    text, spans, position = "", [], 0
    for span in turn.spans:
        text += change(turn.text[position : span.start], None)
        words = change(turn.text[span.start : span.end], span).strip() or turn.text[span.start : span.end]
        spans.append(Span(**{**vars(span), "start": len(text), "end": len(text) + len(words)}))
        text += words
        position = span.end
    return Turn(text + change(turn.text[position:], None), tuple(spans))


def _slipped(piece: str, rng: random.Random, p_slip: float) -> str:
    """Return the piece with one slip of the finger in a word of four letters or more."""
    places = [found.start() + 1 for found in re.finditer(r"[a-zA-Z]{4,}", piece)]
    if not places or rng.random() > p_slip:
        return piece
    at = rng.choice(places) + rng.randrange(2)
    slip = rng.randrange(4)
    if slip == 0:
        return piece[:at] + piece[at + 1 :]
    if slip == 1:
        return piece[:at] + piece[at] + piece[at:]
    if slip == 2:
        return piece[:at] + piece[at + 1 : at + 2] + piece[at] + piece[at + 2 :]
    return piece[:at] + rng.choice("abcdefghijklmnopqrstuvwxyz") + piece[at + 1 :]


def _moved(span: Span, by: int) -> Span:
    return Span(**{**vars(span), "start": span.start + by, "end": span.end + by})
