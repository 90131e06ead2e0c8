"""The control of false alarms over a night."""

import numpy as np
from numpy.testing import assert_allclose

from expectations.statistics.false_alarms import adjusted_p_values


def test_adjusts_as_benjamini_and_hochberg_do() -> None:
    assert_allclose(adjusted_p_values([0.01, 0.04, 0.03, 0.5]), [0.04, 0.16 / 3, 0.16 / 3, 0.5])


def test_what_was_not_tested_does_not_count() -> None:
    adjusted = adjusted_p_values([0.01, np.nan, 0.02])
    assert_allclose(adjusted, [0.02, np.nan, 0.02])


def test_a_night_without_test_has_no_alarm() -> None:
    assert np.isnan(adjusted_p_values([np.nan])).all()
    assert adjusted_p_values([]).size == 0
