"""Say what can be trained, in words for the page: a card a kind, with the recipes that its training knows. Torch-free."""

from dataclasses import dataclass

from lifecycle.models import Kind
from vision.clip.preference_recipes import RECIPES as PREFERENCE_RECIPES
from vision.clip.recipes import RECIPES as CLIP_RECIPES


@dataclass(frozen=True)
class RecipeCard:
    """A recipe as an admin chooses it: the name that its training knows, its seed, what it is for and roughly how long it takes."""

    name: str
    seed: int
    words: str
    takes: str


@dataclass(frozen=True)
class KindCard:
    """A kind of training: what it does, and whether a run that broke off goes on where it was."""

    kind: Kind
    words: str
    can_resume: bool
    recipes: tuple[RecipeCard, ...]


def _preference(name: str, words: str, takes: str) -> RecipeCard:
    return RecipeCard(name, PREFERENCE_RECIPES[name]().seed, words, takes)


QUICK_PREFERENCE = _preference("quick", "60 steps, on fewer pairs: to check the way, seldom good enough.", "10 seconds")

GUARD_SEED = 20261120  # of what ships (safety/guard/corpus.py, which leads to torch)

CARDS: tuple[KindCard, ...] = (
    KindCard(
        Kind.PREFERENCE_2,
        "Tunes the serving video head to what labellers prefer, and holds on to what search finds now.",
        True,
        (_preference("stage2", "300 steps with early stop.", "a minute or less"), QUICK_PREFERENCE),
    ),
    KindCard(
        Kind.PREFERENCE_1,
        "Tunes the serving video head to what people opened in their searches and passed by above it.",
        True,
        (_preference("stage1", "300 steps with early stop.", "a minute or less"), QUICK_PREFERENCE),
    ),
    KindCard(
        Kind.VIDEO_CLIP,
        "Trains a new temporal head for the frame tower that serves: drawn scenes against their captions, from the start.",
        True,
        (
            RecipeCard("head", CLIP_RECIPES["bundled"]().seed, "11,000 clips, 3,000 steps: what ships.", "an hour"),
            RecipeCard(
                "head_quick", CLIP_RECIPES["quick"]().seed, "400 clips, 300 steps: to check the way.", "3 minutes"
            ),
        ),
    ),
    KindCard(
        Kind.U2I,
        "Trains the two towers that bring each viewer what people of their taste took next.",
        False,
        (
            RecipeCard("feed", 0, "300 steps: what serves.", "a minute"),
            RecipeCard("quick", 0, "60 small steps: to check the way.", "10 seconds"),
        ),
    ),
    KindCard(
        Kind.RANKER,
        "Learns from the feed's log which of a cause's cards do good, and puts those first.",
        False,
        (RecipeCard("feed", 7, "40 rounds of small trees an engagement.", "10 seconds"),),
    ),
    KindCard(
        Kind.GUARD,
        "Trains the text guard on labelled texts and on what moderators decided; it is judged on texts that were kept aside.",
        False,
        (
            RecipeCard("head", GUARD_SEED, "The shipped adapters stay, the head is fitted anew.", "10 minutes"),
            RecipeCard("whole", GUARD_SEED, "2,000 steps of the adapters, then the head.", "half an hour"),
            RecipeCard("quick", GUARD_SEED, "The head alone, on few texts: to check the way.", "3 minutes"),
        ),
    ),
)


def card_of(kind: str) -> KindCard | None:
    """Return a kind's card."""
    return next((card for card in CARDS if card.kind == kind), None)


def recipe_of(*, kind: str, name: str) -> RecipeCard | None:
    """Return a kind's recipe by name; None for one that there is not."""
    card = card_of(kind)
    return next((recipe for recipe in card.recipes if recipe.name == name), None) if card else None
