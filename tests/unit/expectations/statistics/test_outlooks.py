"""What a series lets one expect, held against the formulas that it shortens."""

import numpy as np
import pytest

from expectations.statistics.outlooks import outlook, shocks_behind

PLACES = np.array([0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 14])
DESIGN = np.column_stack([np.ones(12), PLACES - 7.0])
AHEAD = 3


@pytest.mark.parametrize("persistence", [-0.3, 0.0, 0.6, 0.98])
def test_it_is_the_best_linear_unbiased_prediction(persistence: float) -> None:
    model = outlook(DESIGN, PLACES, AHEAD, persistence)
    covariance = persistence ** np.abs(np.subtract.outer(PLACES, PLACES)) / (1 - persistence**2)
    past, future = slice(None, -AHEAD), slice(-AHEAD, None)
    inverse = np.linalg.inv(covariance[past, past])
    x, x_next = DESIGN[past], DESIGN[future]
    information = np.linalg.inv(x.T @ inverse @ x)
    fitted = information @ x.T @ inverse
    carried = covariance[future, past] @ inverse
    unseen = x_next - carried @ x
    np.testing.assert_allclose(model.expected, carried + unseen @ fitted, atol=1e-9)
    error = covariance[future, future] - carried @ covariance[past, future]
    error += unseen @ information @ unseen.T
    np.testing.assert_allclose(model.precision, np.linalg.inv(error), atol=1e-9)
    squares = inverse - inverse @ x @ fitted
    np.testing.assert_allclose(model.whitened.T @ model.whitened, squares, atol=1e-9)
    determinants = np.linalg.slogdet(covariance[past, past])[1]
    determinants -= np.linalg.slogdet(information)[1]
    assert model.log_evidence == pytest.approx(-determinants / 2)


def test_a_mean_of_independent_values_rests_on_all_of_them_a_walk_on_its_first_shock() -> None:
    equal = np.full(4, 0.25)
    assert shocks_behind(equal, 0.0) == pytest.approx(4.0)
    assert shocks_behind(np.array([1.0, 0.0, 0.0, 0.0]), 0.98) == pytest.approx(1.0)
    assert 1.0 < shocks_behind(equal, 0.6) < 4.0
