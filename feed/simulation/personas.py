"""Draw simulated people: what they like, how they behave, when they say what. Pure; the same seed gives the same people."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.simulation.world import FloatArray, World

NUM_LIKED = 3
NUM_DISLIKED = 2
BASE_APPEAL = 0.08  # of a video about nothing that somebody cares for
NOISE = 0.08  # what a person sees in one video and the tags do not say
SATISFYING = 0.6  # appeal from which a card was worth the while


@dataclass(frozen=True)
class Traits:
    """How somebody behaves. Probabilities are those at full appeal and full attention (feed.simulation.choice)."""

    p_like: float = 0.4
    p_share: float = 0.06
    p_not_interested: float = 0.08  # at no appeal
    sharpness: float = 1.0  # exponent on the appeal: above 1, little is good enough
    boredom: float = 0.0  # appeal lost to a card that repeats the last ones wholly
    talks_every: int = 0  # rounds between two wishes; 0: says something once or never
    drifts: bool = False  # likes something else from the middle of the run on
    contradicts: bool = False  # asks for what they have just forbidden, and the other way round


KINDS: dict[str, Traits] = {
    "steady": Traits(),
    "drifting": Traits(drifts=True),
    "chatty": Traits(talks_every=6),
    "picky": Traits(p_like=0.2, p_not_interested=0.2, sharpness=1.8, talks_every=15),
    "bored": Traits(boredom=0.5),
    "contradictory": Traits(talks_every=3, contradicts=True),
}
SHARES = {"steady": 0.3, "drifting": 0.15, "chatty": 0.25, "picky": 0.1, "bored": 0.15, "contradictory": 0.05}


@dataclass(frozen=True)
class Wish:
    """What somebody wants to say: more of a topic, or none of it."""

    direction: str  # "more" or "no"
    topic: int


@dataclass(frozen=True, eq=False)
class Persona:
    """One simulated viewer. `liked` and `liked_later` map topics to weights in (0, 1]; `noise` [N] is their own view of each video."""

    index: int
    kind: str
    traits: Traits
    liked: dict[int, float]
    liked_later: dict[int, float]
    disliked: tuple[int, ...]
    drifts_at: int
    first_word_at: int
    noise: FloatArray

    def appeal(self, world: World, round_number: int) -> FloatArray:
        """Return [N] in [0, 1]: how good each video is for this person in that round, before boredom."""
        liked = self.liked_later if self.traits.drifts and round_number >= self.drifts_at else self.liked
        good_N = np.max([weight * world.about[topic] for topic, weight in liked.items()], axis=0)
        bad_N = np.max([world.about[topic] for topic in self.disliked], axis=0)
        appeal_N = np.clip(BASE_APPEAL + (1 - BASE_APPEAL) * good_N - bad_N * (1 - good_N) + self.noise, 0, 1)
        return np.asarray(appeal_N**self.traits.sharpness, dtype=np.float32)

    def wish_at(self, round_number: int) -> Wish | None:
        """Return what they say before that round, if they say anything."""
        since = round_number - self.first_word_at
        every = self.traits.talks_every
        if self.first_word_at < 0 or since < 0 or (since % every if every else since):
            return None
        turn = since // every if every else 0
        if self.traits.contradicts:
            return Wish("no" if turn % 2 else "more", min(self.liked))
        topics = list(self.liked_later if self.traits.drifts and round_number >= self.drifts_at else self.liked)
        if turn % 2 and self.disliked:
            return Wish("no", self.disliked[turn // 2 % len(self.disliked)])
        return Wish("more", topics[turn // 2 % len(topics)])


def draw_personas(world: World, *, num: int, num_rounds: int, seed: int) -> list[Persona]:
    """Return `num` people; kinds come in SHARES' proportions whatever the number. Raises ValueError below five topics."""
    if len(world.topics) < NUM_LIKED + NUM_DISLIKED:
        raise ValueError("The catalogue has too few topics: at least five tags must have six videos each.")
    return [_draw(world, index, kind, num_rounds, seed) for index, kind in enumerate(_kinds(num, seed))]


def _kinds(num: int, seed: int) -> list[str]:
    """Return one kind a person: the largest remainders get what rounding leaves, in an order of the seed's."""
    exact = {kind: num * share for kind, share in SHARES.items()}
    counts = {kind: int(value) for kind, value in exact.items()}
    for kind in sorted(exact, key=lambda kind: counts[kind] - exact[kind])[: num - sum(counts.values())]:
        counts[kind] += 1
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    return [kinds[int(place)] for place in np.random.default_rng([seed, 1]).permutation(len(kinds))]


def _draw(world: World, index: int, kind: str, num_rounds: int, seed: int) -> Persona:
    rng = np.random.default_rng([seed, 2, index])
    traits = KINDS[kind]
    liked, later = _tastes(world, rng), _tastes(world, rng)
    own_N = np.max(world.about[[*liked, *later]], axis=0)
    foreign = [topic for topic in range(len(world.topics)) if _overlap(world, topic, own_N) < 0.2]
    others = [topic for topic in range(len(world.topics)) if topic not in liked and topic not in later]
    disliked = rng.choice(foreign if len(foreign) >= NUM_DISLIKED else others, NUM_DISLIKED, replace=False)
    talks = traits.talks_every or rng.random() < 0.5
    return Persona(
        index=index,
        kind=kind,
        traits=traits,
        liked=liked,
        liked_later=later,
        disliked=tuple(int(topic) for topic in disliked),
        drifts_at=num_rounds // 2,
        first_word_at=int(rng.integers(1, 5)) if talks else -1,
        noise=rng.normal(0, NOISE, len(world)).astype(np.float32),
    )


def _tastes(world: World, rng: np.random.Generator) -> dict[int, float]:
    """Return NUM_LIKED topics, the first liked most; larger topics are liked by more people."""
    sizes_K = world.carries.sum(axis=1).astype(np.float64)
    topics = rng.choice(len(world.topics), NUM_LIKED, replace=False, p=np.sqrt(sizes_K) / np.sqrt(sizes_K).sum())
    return dict(zip((int(topic) for topic in topics), (1.0, 0.85, 0.7), strict=True))


def _overlap(world: World, topic: int, own_N: npt.NDArray[np.float32]) -> float:
    """Return how much somebody likes the videos of a topic."""
    return float(own_N[world.carries[topic]].mean())
