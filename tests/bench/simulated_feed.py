"""Let simulated viewers use the real feed over the demo catalogue's titles, for benchmarks that need what people would do."""

from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from feed.configuration import DEFAULT, FeedConfiguration
from feed.experiments.assignment import Assignment
from feed.simulation.journal import Journal
from feed.simulation.personas import draw_personas
from feed.simulation.world import World


def live(
    world: World,
    *,
    num_viewers: int,
    num_rounds: int,
    seed: int,
    configure: Callable[[int], FeedConfiguration] = lambda viewer_id: DEFAULT,
) -> Journal:
    """Play the rounds with new viewers; each slate is made with `configure(viewer id)`."""
    from workers.simulation.drive import lives_of, run
    from workers.simulation.jobs import jobs_in_process
    from workers.simulation.people import people_create

    personas = draw_personas(world, num=num_viewers, num_rounds=num_rounds, seed=seed)
    lives = lives_of(personas=personas, viewer_ids=people_create(num=num_viewers), seed=seed)

    def assigned(*, viewer_id: int) -> Assignment:
        return Assignment(configuration=configure(viewer_id))

    with jobs_in_process() as settle, patch("feed.slates.assignment_of", assigned):
        return run(world=world, lives=lives, num_rounds=num_rounds, settle=settle)


def demo_world() -> World:
    """Write the demo catalogue's titles and tags into the database and return it as viewers know it."""
    import logging

    from tests.feed.catalogue import SPORT, demo_clips, put
    from workers.simulation.catalogue import world_read

    logging.disable(logging.WARNING)  # no page listens to what the chat tells
    put([*demo_clips(), *SPORT])
    return world_read()


def appeal_found(
    world: World, configuration: FeedConfiguration, *, num_viewers: int, num_rounds: int
) -> npt.NDArray[np.float64]:
    """Return what each of the same new viewers finds in the cards that they reach [viewers], in the mean; they leave no trace."""
    from workers.simulation.people import people, people_remove

    journal = live(
        world, num_viewers=num_viewers, num_rounds=num_rounds, seed=2, configure=lambda viewer_id: configuration
    )
    found: dict[int, list[float]] = {}
    for served in journal.served:
        appeal = journal.personas[served.person].appeal(world, served.round_number)
        found.setdefault(served.person, []).extend(appeal[served.rows[: served.num_reached]].tolist())
    people_remove(viewer_ids=list(people().order_by("-pk").values_list("pk", flat=True)[:num_viewers]))
    return np.array([np.mean(found[person]) for person in sorted(found)])


def compared(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> str:
    """Return both means and their paired difference with its 95 % interval, over viewers."""
    gain = after - before
    draws = np.random.default_rng(3).integers(0, len(gain), (2000, len(gain)))
    low, high = np.quantile(gain[draws].mean(axis=1), [0.025, 0.975])
    return f"{before.mean():.4f} -> {after.mean():.4f}, {gain.mean():+.4f} [{low:+.4f}, {high:+.4f}]"
