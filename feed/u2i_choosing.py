"""Choose when the training of towers stops, and what they count beside the mean, by engagements that it does not learn from.

The mean of what was liked needs no training, and towers that learned from a few dozen people are worse than it. So they stand beside it
with a weight, which may be none: what is chosen is never far below the mean, and is the mean where there was nothing to learn.
"""

import math
from typing import TYPE_CHECKING, Any

from feed.ranking.tastes import LearnedTaste, MeanTaste
from feed.u2i.data import Floats, Ints
from feed.u2i.exported import ExportedTowers
from feed.u2i_evaluation import Held, ndcgs

if TYPE_CHECKING:
    from feed.u2i.towers import Towers

SHARES = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0)  # of the towers' cosine, beside the mean's of the same range
# With 1, fifty viewers chose towers that were worse than the mean for what they would truly like (LOG.md).
NUM_ERRORS = 2


class Choice:
    """Looks at towers while they are trained, and keeps the best of what it saw by the judges' held-out engagements.

    Best is what gains most over the mean less two standard errors of that gain: of a hundred trials the luckiest would win otherwise.
    """

    def __init__(self, judges: list[Held], ids_N: Ints, features_NF: Floats, **description: Any) -> None:
        self._judges, self._ids_N, self._features_NF = judges, ids_N, features_NF
        self._description = description
        self._mean_V = ndcgs(MeanTaste(), features_NF, judges)
        self._score = -math.inf
        self._num_looks = 0
        self.towers: ExportedTowers | None = None

    def look(self, towers: "Towers") -> None:
        """Score the towers with each share; of equals the first stays, so that the mean gives way to what is better only."""
        for share in SHARES:
            exported = towers.exported(self._ids_N, share=share, look=self._num_looks, **self._description)
            taste = LearnedTaste(exported)
            gain_V = ndcgs(taste, taste.items(self._ids_N, self._features_NF), self._judges) - self._mean_V
            score = float(gain_V.mean() - NUM_ERRORS * gain_V.std() / len(gain_V) ** 0.5)
            if score > self._score:
                self._score, self.towers = score, exported
        self._num_looks += 1
