"""Intervals hold what comes as often as they say, for short tests too."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.statistics.intervals import conformal_bounds


@pytest.mark.parametrize(
    ("count", "coverage", "ranks"),
    [(19, 0.9, (1, 19)), (18, 0.9, None), (99, 0.9, (5, 95)), (50, 0.9, (2, 49)), (3, 0.5, (1, 3)), (0, 0.9, None)],
)
def test_ranks_by_hand(count: int, coverage: float, ranks: tuple[int, int] | None) -> None:
    """floor((n + 1) t) and ceil((n + 1) (1 - t)): of 50 errors at 90 %, 2.55 and 48.45."""
    assert conformal_bounds([float(rank) for rank in range(1, count + 1)], coverage=coverage) == ranks


@pytest.mark.parametrize("count", [19, 50, 250])
@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9])
def test_the_next_error_lies_between_as_often_as_is_said(count: int, coverage: float) -> None:
    rng = np.random.default_rng(count)
    errors = rng.standard_t(3, size=(4000, count + 1))
    found = [conformal_bounds(np.sort(one[:-1]).tolist(), coverage=coverage) for one in errors]
    low, high = np.array(found).T
    held = np.mean((low <= errors[:, -1]) & (errors[:, -1] <= high))
    assert held >= coverage - 3 * (coverage * (1 - coverage) / 4000) ** 0.5
    assert held <= coverage + 2 / (count + 1) + 0.02, "and not much more often"


@given(st.lists(st.floats(-1e6, 1e6), max_size=60), st.floats(0.01, 0.99))
def test_bounds_are_errors_in_order(errors: list[float], coverage: float) -> None:
    errors.sort()
    bounds = conformal_bounds(errors, coverage=coverage)
    if bounds is not None:
        low, high = bounds
        assert low in errors
        assert high in errors
        assert low <= high
    else:
        assert len(errors) < 2 / (1 - coverage)
