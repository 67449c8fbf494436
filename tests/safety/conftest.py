"""A target of the tests' own, so that review is tested without any other app."""

from collections.abc import Iterator
from typing import Any

import pytest

from safety.targets import TargetView


class Shelf:
    """Holds what can be reviewed: id -> visibility. Fulfils safety.targets.Target."""

    things: dict[int, str] = {}

    def describe(self, target_id: int) -> TargetView | None:
        if target_id not in self.things:
            return None
        return TargetView(
            title=f"Clip {target_id}",
            poster_url="/static/icon.svg",
            detail={"creator": "somebody", "tags": "one, two", "visibility": self.things[target_id]},
        )

    def apply(self, target_id: int, action: str) -> dict[str, Any]:
        token = {"was": self.things[target_id]}
        self.things[target_id] = {"approve": "approved", "remove": "removed", "restrict": "restricted"}[action]
        return token

    def restore(self, target_id: int, token: dict[str, Any]) -> None:
        self.things[target_id] = token["was"]


@pytest.fixture()
def shelf(settings: Any) -> Iterator[dict[int, str]]:
    """Ten things of kind video, numbers 1 to 10, numbers 8 to 10 pending and the others approved."""
    Shelf.things = {number: "pending" if number >= 8 else "approved" for number in range(1, 11)}
    settings.SAFETY_TARGETS = {"video": "tests.safety.conftest.Shelf"}
    yield Shelf.things
