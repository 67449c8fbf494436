"""Hold what happened in a run: who was shown what, what they said. Pure."""

from dataclasses import dataclass, field

from feed.simulation.personas import Persona, Wish


@dataclass(frozen=True)
class Served:
    """One slate: the rows of its cards from the top, how many were reached, each card's source, and what was relaxed (or "")."""

    person: int
    round_number: int
    rows: list[int]
    num_reached: int
    sources: list[str]
    relaxed: str = ""


@dataclass(frozen=True)
class Said:
    """A wish uttered before the slate of that round. `understood`: whether the intent document then holds it as it was meant."""

    person: int
    round_number: int
    wish: Wish
    text: str
    understood: bool


@dataclass
class Journal:
    """All of a run, in order of the rounds. `num_unapproved`: cards served that were not approved at that moment; must stay 0."""

    personas: list[Persona]
    num_rounds: int
    served: list[Served] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    num_unapproved: int = 0

    def slates_of(self, person: int) -> list[Served]:
        """Return one person's slates in order."""
        return [slate for slate in self.served if slate.person == person]
