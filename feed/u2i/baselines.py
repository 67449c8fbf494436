"""Score items for viewers by the methods that everybody measures against. Pure: numpy, scipy; torch for LightGCN.

Each takes a table of likes [V, N] (CSR of ones) and returns a function from viewers' rows [B] to scores [B, N]; higher is better. Where
a neighbour method is silent, popularity (times 1e-9) decides. contenders.py names the settings and chooses among
them.

Shape suffixes: V viewers, N items, B viewers of a batch, D dims.
"""

from collections.abc import Callable, Iterator

import numpy as np
import scipy.sparse as sp

from feed.u2i.data import Floats, Interactions, Ints

Scorer = Callable[[Ints], Floats]
DECAY = 1e-4  # of LightGCN's vectors, for those that a batch meets
TIE = 1e-9  # of an item's popularity


def likes_table(interactions: Interactions, num_viewers: int, num_items: int) -> sp.csr_matrix:
    """Return who liked what [V, N] as ones."""
    good = interactions.rows(interactions.is_positive)
    table_VN = sp.csr_matrix((np.ones(len(good), np.float32), (good.viewer, good.item)), (num_viewers, num_items))
    table_VN.data[:] = 1
    return table_VN


def popular(likes_VN: sp.csr_matrix) -> Scorer:
    """Score by the number of likes."""
    count_N = _degree(likes_VN, 0)
    return lambda viewer_B: np.tile(count_N, (len(viewer_B), 1))


def rp3_beta(likes_VN: sp.csr_matrix, alpha: float, beta: float) -> Scorer:
    """Walk three steps at random, probabilities to the power alpha, popular ends divided by popularity ** beta (Paudel et al., 2017)."""
    to_item_VN = _power(sp.diags(1 / np.maximum(_degree(likes_VN, 1), 1)) @ likes_VN, alpha)
    to_viewer_NV = _power(sp.diags(1 / np.maximum(_degree(likes_VN, 0), 1)) @ likes_VN.T, alpha)
    ends_NN = (to_viewer_NV @ to_item_VN) @ sp.diags(np.maximum(_degree(likes_VN, 0), 1) ** -beta)
    return _by_items(likes_VN, ends_NN.tocsr())


def item_knn(likes_VN: sp.csr_matrix, *, activity_power: float, shrink: float, neighbours: int = 100) -> Scorer:
    """Add up the cosines (shrunk towards 0 where few viewers decide) of the nearest items to what the viewer liked.

    A viewer with n likes weighs n ** -(2 x activity_power): without, a few who like hundreds make all the neighbours.
    """
    weighed_VN = sp.diags(np.maximum(_degree(likes_VN, 1), 1) ** -activity_power) @ likes_VN
    norm_N = np.sqrt(np.maximum(_degree(weighed_VN.power(2), 0), 1e-9))
    both_NN = (weighed_VN.T @ weighed_VN).tocoo()
    cosine_E = both_NN.data / (norm_N[both_NN.row] * norm_N[both_NN.col] + shrink)
    near_NN = sp.csr_matrix((cosine_E, both_NN.coords), shape=both_NN.shape)
    near_NN.setdiag(0)
    for row in range(near_NN.shape[0]):
        values = near_NN.data[near_NN.indptr[row] : near_NN.indptr[row + 1]]
        if len(values) > neighbours:
            values[values < np.partition(values, -neighbours)[-neighbours]] = 0
    return _by_items(likes_VN, near_NN)


def ease(likes_VN: sp.csr_matrix, ridge: float) -> Scorer:
    """Predict each item from the others by ridge regression with no item its own cause (Steck, 2019)."""
    gram_NN = (likes_VN.T @ likes_VN).toarray()
    gram_NN[np.diag_indices_from(gram_NN)] += ridge
    inverse_NN = np.linalg.inv(gram_NN)
    weight_NN = -inverse_NN / np.diagonal(inverse_NN)
    np.fill_diagonal(weight_NN, 0)
    return _by_items(likes_VN, weight_NN)


def als(likes_VN: sp.csr_matrix, factors: int, regularization: float, alpha: float, seed: int) -> Scorer:
    """Factorise with confidence 1 + alpha on likes (Hu et al., 2008), by the implicit library; ImportError where it is not installed."""
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors, regularization, alpha, iterations=15, random_state=seed, num_threads=1)
    model.fit(likes_VN, show_progress=False)
    return lambda viewer_B: model.user_factors[viewer_B] @ model.item_factors.T


def light_gcn(
    likes_VN: sp.csr_matrix, *, dims: int, layers: int, seed: int, num_steps: int, report_every: int
) -> Iterator[tuple[int, Scorer]]:
    """Train LightGCN (He et al., 2020) by BPR; give (steps done, scorer) every `report_every` steps, so that the best can be kept."""
    import torch

    torch.manual_seed(seed)
    rng, num_viewers = np.random.default_rng(seed), likes_VN.shape[0]
    graph = _joined(likes_VN)
    viewer_E, item_E = likes_VN.nonzero()
    table = torch.nn.Parameter(torch.randn(graph.shape[0], dims) * 0.1)
    optimizer = torch.optim.Adam([table], lr=5e-3)

    def spread(start: "torch.Tensor") -> "torch.Tensor":
        layer, total = start, start
        for _ in range(layers):
            layer = torch.from_numpy(graph @ layer.numpy())
            total = total + layer
        return total / (layers + 1)

    for step in range(1, num_steps + 1):
        drawn = rng.integers(len(viewer_E), size=2048)
        rows = (viewer_E[drawn], num_viewers + item_E[drawn], num_viewers + rng.integers(likes_VN.shape[1], size=2048))
        final = spread(table.detach()).requires_grad_()
        viewer, good, other = (final[row] for row in rows)
        loss = -torch.nn.functional.logsigmoid((viewer * (good - other)).sum(1)).mean()
        (gradient,) = torch.autograd.grad(loss, final)
        table.grad = spread(gradient)  # the graph is symmetric: gradients spread as the table does
        for row in rows:
            table.grad.index_add_(0, torch.from_numpy(row), table.detach()[row] * (2 * DECAY / len(row)))
        optimizer.step()
        if step % report_every == 0:
            vectors = spread(table.detach()).numpy()
            yield step, _by_vectors(vectors[:num_viewers], vectors[num_viewers:])


def _by_vectors(viewer_VD: Floats, item_ND: Floats) -> Scorer:
    return lambda viewer_B: viewer_VD[viewer_B] @ item_ND.T


def _by_items(likes_VN: sp.csr_matrix, weight_NN: np.ndarray | sp.csr_matrix) -> Scorer:
    """Score by the sum of an item's weights from what the viewer liked."""
    tie_N = TIE * _degree(likes_VN, 0)

    def score(viewer_B: Ints) -> Floats:
        product_BN = likes_VN[viewer_B] @ weight_NN
        return (product_BN.toarray() if sp.issparse(product_BN) else product_BN) + tie_N

    return score


def _joined(likes_VN: sp.csr_matrix) -> sp.csr_matrix:
    """Return the graph of viewers and items, divided by the roots of both degrees."""
    viewer_V, item_N = (np.maximum(_degree(likes_VN, axis), 1) ** -0.5 for axis in (1, 0))
    scaled_VN = sp.diags(viewer_V) @ likes_VN @ sp.diags(item_N)
    return sp.bmat([[None, scaled_VN], [scaled_VN.T, None]]).tocsr().astype(np.float32)


def _degree(likes_VN: sp.csr_matrix, axis: int) -> np.ndarray:
    return np.asarray(likes_VN.sum(axis), dtype=np.float64).ravel()


def _power(matrix: sp.csr_matrix, exponent: float) -> sp.csr_matrix:
    powered = matrix.tocsr(copy=True)
    powered.data **= exponent
    return powered
