"""Fit a logistic regression with a Gaussian prior and say how sure it is: mean and covariance by Laplace. Pure numpy.

Shape suffixes: P pairs, F features.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MAX_ROUNDS = 50


@dataclass(frozen=True)
class Posterior:
    """The weights' mean [F] and covariance [F, F]."""

    mean: Floats
    covariance: Floats


def sigmoid(value: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(value, -40, 40)))


def fit(x_PF: Floats, y_P: Floats, *, prior_mean: Floats, prior_sd: Floats) -> Posterior:
    """Return the posterior of w where answer y in [0, 1] (a half is a tie) has probability sigmoid(x w) and w ~ N(prior). Newton's method.

    Without pairs it is the prior. The loss is convex, so where it ends does not hang on where it begins.
    """
    precision_F = 1 / prior_sd**2
    mean = prior_mean.copy()
    for _ in range(MAX_ROUNDS):
        p_P = sigmoid(x_PF @ mean)
        hessian = (x_PF * (p_P * (1 - p_P))[:, None]).T @ x_PF + np.diag(precision_F)
        step = np.linalg.solve(hessian, x_PF.T @ (y_P - p_P) - precision_F * (mean - prior_mean))
        mean = mean + step * min(1.0, 5 / max(float(np.abs(x_PF @ step).max(initial=0)), 1e-9))
        if np.abs(step).max() < 1e-6:
            break
    p_P = sigmoid(x_PF @ mean)
    hessian = (x_PF * (p_P * (1 - p_P))[:, None]).T @ x_PF + np.diag(precision_F)
    covariance: Floats = np.asarray(np.linalg.inv(hessian), dtype=np.float64)
    return Posterior(mean, covariance)
