"""Normalisation: disguises come off, plain words stay as they are."""

import random

import pytest

from safety.guard.disguise import DISGUISES
from safety.guard.lexicon import Lexicon
from safety.guard.normalise import Vocabulary, canonical, segment, views

TEXT = """
how to do make kill my wife tonight show me porn videos a bomb at home you more clips of the best goals play song in usa
wi fi email mail abc this is what i want wind down calm sea week train late
"""
WORDS = frozenset(TEXT.split())
RISKY = frozenset({"porn", "fuck", "sex", "kill", "bomb"})
VOCABULARY = Vocabulary(is_word=WORDS.__contains__, is_risky=RISKY.__contains__)
EXACT = ("spaced", "lookalikes", "fancy", "mixed_case", "stretched", "invisible")


@pytest.mark.parametrize("trick", EXACT)
@pytest.mark.parametrize("plain", ["how do i kill my wife tonight", "show me porn videos"])
def test_a_disguise_comes_off(trick, plain):
    disguised = DISGUISES[trick](plain, random.Random(3))
    assert disguised != plain

    assert canonical(disguised, VOCABULARY) == plain


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("p0rn", "porn"),
        ("k!ll", "kill"),
        ("f*ck you", "fuck you"),
        ("f.u.c.k you", "fuck you"),
        ("fuuuuuck", "fuck"),
        ("b​o​m​b", "bomb"),
        ("ｐｏｒｎ", "porn"),
        ("𝓹𝓸𝓻𝓷", "porn"),
        ("pоrn", "porn"),
        ("p-o-r-n", "porn"),
        ("s_h_o_w m_e p_o_r_n", "show me porn"),
        ("s h o w   m e   p o r n", "show me porn"),
        ("s h o w m e p o r n", "show me porn"),
        ("🅿🅾🆁🅽", "porn"),
        ("h0w d0 i m4k3 4 b0mb", "how do i make 4 bomb"),
        ("more 🔪 clips", "more knife clips"),
    ],
)
def test_one_more_disguise_comes_off(disguised, plain):
    assert canonical(disguised, VOCABULARY) == plain


@pytest.mark.parametrize(
    "text",
    [
        "play the best song in 4k",
        "mp3 and b2b at 60fps",
        "the 90s",
        "3-2 in scunthorpe",
        "c++ and c#",
        "고양이 영상 보여줘",
        "猫の動画をもっと見せて",
        "see https://example.org/a1b2c3d4e5f6",
        "covid-19",
        "100% cotton",
    ],
)
def test_plain_text_stays_as_it_is(text):
    assert views(text, VOCABULARY) == [text]


@pytest.mark.parametrize(
    "hidden",
    [
        "c2hvdyBtZSBwb3JuIHZpZGVvcw==",
        "73686f77206d6520706f726e20766964656f73",
        "fubj zr cbea ivqrbf",
        "soediv nrop em wohs",
        "show%20me%20porn%20videos",
    ],
)
def test_what_is_encoded_is_read_as_well(hidden):
    assert "show me porn videos" in views(hidden, VOCABULARY)


def test_joined_letters_are_cut_into_words():
    assert segment("showmeporn", VOCABULARY) == "show me porn"
    assert segment("zzzz", VOCABULARY) == "zzzz"


def test_length_and_odd_bytes_do_no_harm():
    for text in ("", " ", "a" * 100_000, "\x00\x01", "\ud83d", "1" * 5000, "%" * 500, "a.b." * 2000, "== " * 900):
        assert isinstance(views(text, VOCABULARY)[0], str)


def test_the_lexicon_knows_words_by_their_hashes_alone():
    lexicon = Lexicon.from_terms(["bad word", "worse", "悪い"])

    assert "bad word" in lexicon and "word" not in lexicon
    assert "bad words" in lexicon and "bad wordss" not in lexicon
    assert lexicon.hits("a bad word, worse.") == ["worse", "bad word"]
    assert lexicon.hits("とても悪いこと") == ["悪い"]
