"""Make a slate: read the viewer, rank in memory, write the slate and read its cards. Two statements, no model call, no queue."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from django.utils import timezone

from feed import features, filters, rankers
from feed.configuration import DEFAULT, FeedConfiguration
from feed.experiments.active import assignment_of
from feed.experiments.assignment import Assignment
from feed.experiments.interleaving import draft_seed, team_draft
from feed.merge import lanes_of
from feed.ranking.compose import Lane, Pick, compose
from feed.ranking.features import NAMES, FeaturesCF, features_of_picks
from feed.ranking.ranker import Ranker, reorder
from feed.ranking.table import BoolN, FeatureTable
from feed.reading import Ask, Viewer, past_of
from feed.reasons import reason_of
from feed.selectors import viewer_read
from feed.serving import Ranking, cards_serve

MAX_COUNT = 50
SPARES = 4  # a video withdrawn since the last refresh of the table must not leave a gap
SEED_FACTOR = 1_000_003


@dataclass(frozen=True)
class ServedSlate:
    """What a response carries. `pool_is_behind`: the newest words are not in the pool yet; ask again in a moment."""

    slate_id: uuid.UUID
    intent_version: int
    cards: list[dict[str, Any]]
    relaxed: str | None
    pool_is_behind: bool


def slate_create(*, viewer_id: int, count: int, exclude: list[int]) -> ServedSlate:
    """Serve up to `count` cards (1 to MAX_COUNT) that are not in `exclude`, each with its reason, and record the slate."""
    now = timezone.now()
    table = features.current()  # first: all of an answer is of the table's model version
    viewer = viewer_read(viewer_id=viewer_id, version_id=table.model_version_id, now=now)
    count = min(max(count, 1), MAX_COUNT)
    assignment = assignment_of(viewer_id=viewer_id)
    slate_id, new_less = uuid.uuid4(), _new_less(viewer)
    known: dict[str, Any] = {"viewer": viewer, "table": table, "exclude": exclude, "now": now}
    # Spare cards are ranked at once only where something is known to take cards away: four in fourteen are a tenth of a request.
    for spares in (SPARES,) if new_less or assignment.rival else (0, SPARES):
        ranking = _rank_assigned(assignment, **known, count=count, spares=spares)
        cards = cards_serve(
            slate_id=slate_id,
            viewer=viewer,
            ranking=ranking,
            arms=assignment.arms,
            count=count,
            now=now,
            new_less=new_less,
            is_last=spares > 0,
        )
        if len(cards) == min(count, len(ranking.video_ids)):
            break
    return ServedSlate(slate_id, viewer.wishes.version, cards, ranking.relaxed, viewer.pool_is_behind)


def rank(
    *,
    viewer: Viewer,
    table: FeatureTable,
    ranker: Ranker | None = None,
    count: int,
    needed: int,
    exclude: list[int],
    now: datetime,
    configuration: FeedConfiguration = DEFAULT,
) -> Ranking:
    """Return up to `count` picks; below `needed`, filters give way one by one in filters.RELAXATIONS' order.

    Without a `ranker` each lane keeps the order of its source. Deterministic: the same rows in the database and the same ranker give
    the same ranking, so taking a wish back restores the former one exactly.
    """
    never = filters.never_shown(viewer, table, exclude)
    rules = filters.relaxable(viewer, table, now_s=now.timestamp())
    penalty = filters.penalties(viewer, table)
    ranking, before = Ranking([], [], None, np.zeros((0, len(NAMES)), np.float16)), _rows_before(table, exclude)
    past = past_of(viewer, table)
    for name, line in [("", None), *filters.RELAXATIONS]:
        if len(ranking.video_ids) >= needed:
            break
        if line is not None and rules.pop(name, None) is None:
            continue  # nothing to relax: the viewer did not set it
        ask = Ask(
            viewer,
            table,
            _allowed(never, rules, before),
            _aged(penalty, viewer, table, rules),
            _seed(viewer),
            configuration,
        )
        lanes = lanes_of(ask)
        known: dict[str, Any] = {"table": table, "past": past, "lanes": lanes, "penalty": ask.penalty}
        ordered = reorder(ranker=ranker, follow=configuration.ranker, **known) if ranker else lanes
        picks = compose(
            table=table,
            lanes=ordered,
            count=count - len(ranking.video_ids),
            before=before,
            diversity=viewer.diversity,
        )
        told = features_of_picks(picks=picks, **known)
        ranking = _with_picks(ranking, ask, lanes, picks, told, line if picks else ranking.relaxed)
        before = before + [pick.row for pick in picks]
    if not ranking.video_ids and len(table) and not exclude:
        return replace(ranking, relaxed=filters.NOTHING_LEFT)
    return ranking


def _rank_assigned(
    assignment: Assignment,
    *,
    viewer: Viewer,
    table: FeatureTable,
    count: int,
    spares: int,
    exclude: list[int],
    now: datetime,
) -> Ranking:
    """Rank with the configuration that the viewer's arms give; where two arms share the slate, each ranks and they draft in turns."""
    asked = {"viewer": viewer, "table": table, "ranker": rankers.current(), "exclude": exclude, "now": now}
    ask = partial(rank, **asked, count=count + spares, needed=count)  # type: ignore[arg-type]
    ranking = ask(configuration=assignment.configuration)
    if assignment.rival is None:
        return ranking
    sides = ranking, ask(configuration=assignment.rival)
    ids = sides[0].video_ids, sides[1].video_ids
    creators = _creators(table, ids[0]), _creators(table, ids[1])
    seed = draft_seed(
        salt=assignment.draft_salt, viewer_id=viewer.viewer_id, num_events=viewer.num_events, num_before=len(exclude)
    )
    picks = team_draft(ids, creators=creators, count=count + spares, seed=seed)
    return Ranking(
        [ids[side][index] for side, index in picks],
        [sides[side].reasons[index] for side, index in picks],
        sides[0].relaxed or sides[1].relaxed,
        np.array([sides[side].features[index] for side, index in picks], np.float16).reshape(-1, len(NAMES)),
        [assignment.drafters[side] for side, _ in picks],
    )


def _creators(table: FeatureTable, video_ids: list[int]) -> list[int]:
    rows, _ = table.rows_of(np.array(video_ids, dtype=np.int64))
    return [int(creator) for creator in table.creator[rows]]


def _with_picks(
    ranking: Ranking, ask: Ask, lanes: list[Lane], picks: list[Pick], told: FeaturesCF, relaxed: str | None
) -> Ranking:
    return Ranking(
        ranking.video_ids + [int(ask.table.video_id[pick.row]) for pick in picks],
        ranking.reasons + [reason_of(pick, lanes, ask.viewer) for pick in picks],
        relaxed,
        np.concatenate([ranking.features, told]),
    )


def _allowed(never: BoolN, rules: dict[str, BoolN], before: list[int]) -> BoolN:
    allowed = ~never
    for mask in rules.values():
        allowed &= mask
    allowed[before] = False
    return allowed


def _aged(penalty: np.ndarray, viewer: Viewer, table: FeatureTable, rules: dict[str, BoolN]) -> np.ndarray:
    """Return the penalties, and once what was seen may come back: the later it was seen, the further down (1 to 2 lower)."""
    if "seen" in rules or not len(viewer.seen):
        return penalty
    rows, known = table.rows_of(viewer.seen)
    aged = penalty.copy()
    aged[rows[known]] += 1 + (np.arange(len(viewer.seen), dtype=np.float32) / len(viewer.seen))[known]
    return aged


def _rows_before(table: FeatureTable, exclude: list[int]) -> list[int]:
    rows, known = table.rows_of(np.array(exclude, dtype=np.int64))
    return [int(row) for row in rows[known]]


def _seed(viewer: Viewer) -> int:
    return viewer.viewer_id * SEED_FACTOR + viewer.num_events


def _new_less(viewer: Viewer) -> list[str]:
    """Return what a hard "less" names and the pool does not know: said a moment ago, or the pool is of another model version.

    It is kept out by its own words until the pool knows better.
    """
    is_unchecked = viewer.pool_is_behind or not viewer.pool_last_vector_id
    return [wish.phrase for wish in viewer.wishes.less if wish.hard] if is_unchecked else []
