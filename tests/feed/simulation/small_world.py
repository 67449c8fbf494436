"""A small catalogue in arrays: topics are directions, a video lies near its own."""

import numpy as np

from feed.simulation.world import World

TOPICS = ("jazz", "hiking", "sushi", "rally", "chess", "kites", "opera", "bread")


def small_world(members: int = 12) -> World:
    rng = np.random.default_rng(6)
    centre_KD = np.eye(len(TOPICS), 32)
    vectors = np.repeat(centre_KD, members, axis=0) + rng.normal(0, 0.1, size=(len(TOPICS) * members, 32))
    num = len(vectors)
    return World(
        video_id=np.arange(num, dtype=np.int64) + 100,
        vectors=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32),
        tags=[frozenset({topic}) for topic in TOPICS for _ in range(members)],
        creator=[f"creator{n % 20}" for n in range(num)],
        duration_s=np.full(num, 10, dtype=np.float32),
    )
