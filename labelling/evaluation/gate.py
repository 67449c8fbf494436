"""Let simulated labellers answer gold questions, honest ones and such as flip answers, and see whom the gold gate stops. Pure.

A gold question is one that an honest labeller gets right all but surely: of questions with differences in utility as N(0, 1) and
labellers of whom two agree on 75 %, those with the clearest differences. A slip of the key comes on top, and for some a flipped answer.
"""

from collections import Counter

import numpy as np

from labelling.measures.gold import Standing, judge
from vision.clip.tastes import calibrate, label

AGREEMENT, TIE_BAND = 0.75, 0.05
GOLD_SHARE = 0.02  # of the questions, the clearest
HORIZONS = (100, 200, 300)  # gold questions; at the usual tenth, of ten times as many answers
P_SLIP = 0.002
Told = dict[tuple[float, int], Counter[Standing]]


def gold_right(*, p_flip: float, num: int, rng: np.random.Generator) -> list[bool]:
    """Return which gold answers of one labeller are right; who flips gives the other answer with `p_flip`."""
    gap_P = rng.normal(size=round(num / GOLD_SHARE))
    sharpness = calibrate(gap_P, agreement=AGREEMENT)
    gold_P = gap_P[np.argsort(-np.abs(gap_P))[:num]]
    truth_P = rng.permutation(gold_P)
    answer_P = label(truth_P, sharpness=sharpness, tie_band=TIE_BAND, rng=rng)
    is_turned = rng.random(num) < p_flip + P_SLIP
    return (np.where(is_turned, -answer_P, answer_P) == np.sign(truth_P)).tolist()


def standings(*, p_flip: float, seeds: range) -> Told:
    """Return {(flips, gold questions): how many labellers stand where}, one labeller a seed."""
    found: Told = {(p_flip, num): Counter() for num in HORIZONS}
    for seed in seeds:
        right = gold_right(p_flip=p_flip, num=max(HORIZONS), rng=np.random.default_rng([seed, 31]))
        for num in HORIZONS:
            found[p_flip, num][judge(right[:num]).standing] += 1
    return found
