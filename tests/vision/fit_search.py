"""Fit the weights of vision/words.py anew for the shipped models: `python -m pytest tests/vision/fit_search.py -s` prints them.

No test: it is run after a new frame tower or temporal head, whose cosines lie elsewhere. Queries of the set "fit" over the demo's clips;
those of the set "test" are not looked at. What title, words and tags weigh does not depend on the models and stays.
"""

import json
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from tests.feed.catalogue import encode
from tests.vision.demo_vectors import demo_indexed
from tests.vision.test_search_golden import GOLDEN
from vision import words as weights
from vision.background import topics_around
from vision.index import Asked, _features, _near_tags
from vision.text_maps import as_seen
from vision.words import TAG, TAG_FLOOR, TITLE, WORDS, words_of

pytestmark = pytest.mark.django_db


def fitted(sign_NF: np.ndarray, is_right_N: np.ndarray, offset_N: np.ndarray | float = 0.0) -> np.ndarray:
    """Return a logistic regression's weights [F + 1], the last the bias; hardly any penalty."""
    sign_NF = np.column_stack([sign_NF, np.ones(len(sign_NF))])

    def loss(weight_F: np.ndarray) -> tuple[float, np.ndarray]:
        logit_N = sign_NF @ weight_F + offset_N
        wrong_N = 1 / (1 + np.exp(-logit_N)) - is_right_N
        value = np.logaddexp(0, logit_N).sum() - (logit_N * is_right_N).sum()
        return value + 1e-3 * weight_F @ weight_F, sign_NF.T @ wrong_N + 2e-3 * weight_F

    return minimize(loss, np.zeros(sign_NF.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 5000}).x


def test_print_the_weights() -> None:
    version, specs = demo_indexed()
    rows: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    rows = [row for row in rows if row["set"] == "fit"]
    pictures, others, rights, arounds = [], [], [], []
    for row, vector in zip(rows, encode([row["query"] for row in rows]), strict=True):
        asked = Asked(
            vector, as_seen(version=version, vectors=vector), words_of(row["query"]), _near_tags(version, vector)
        )
        found = _features(version, asked, list(specs), pictures=None)
        pictures.append([each.picture for each in found])
        others.append(
            [TITLE * each.title + WORDS * each.words + TAG * max(0.0, each.tag - TAG_FLOOR) for each in found]
        )
        rights.append([specs[each.video_id].family in row["families"] for each in found])
        arounds.append(topics_around(version=version, vector=vector))
    picture_QN, other_QN, right_QN = np.array(pictures), np.array(others), np.array(rights)
    here_Q = right_QN.any(1)
    picture, bias = fitted(
        picture_QN[here_Q].reshape(-1, 1), right_QN[here_Q].ravel().astype(float), other_QN[here_Q].ravel()
    )
    for name, weight, start in (("shipped", weights.PICTURE, weights.BIAS), ("fitted", picture, bias)):
        evidence_QN = other_QN + weight * picture_QN
        first = right_QN[np.arange(len(rows)), evidence_QN.argmax(1)][here_Q].mean()
        sign_QF = np.array([[row.max(), at.covered, at.nearest] for row, at in zip(evidence_QN, arounds, strict=True)])
        *found, fit_bias = fitted(sign_QF, here_Q.astype(float))
        logit_Q = sign_QF @ np.array(found) + fit_bias
        threshold = np.quantile(logit_Q[~here_Q], 0.9)
        print(
            f"\n{name}: BIAS, PICTURE = {start:.2f}, {weight:.2f}; FIT_BIAS, FIT_EVIDENCE, FIT_COVERED, FIT_NEAREST ="
            f" {fit_bias:.3f}, {', '.join(f'{each:.3f}' for each in found)}; first right {first:.3f}, false flags where .90"
            f" are flagged {(logit_Q[here_Q] < threshold).mean():.3f}, mean cosine right"
            f" {picture_QN[right_QN].mean():.3f}, wrong {picture_QN[~right_QN].mean():.3f}"
        )
