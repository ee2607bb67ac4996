from collections.abc import Callable

import numpy as np
import pytest

from tunewright.prices.data.synthetic import ar1, random_walk
from tunewright.prices.data.table import PriceTable


@pytest.mark.parametrize("make", [random_walk, ar1])
def test_synthetic_prices_are_consistent_and_repeatable(make: Callable[[int, int], PriceTable]) -> None:
    table = make(400, 7)
    low, high = table.columns["low"], table.columns["high"]
    for name in ("open", "close"):
        assert (low <= table.columns[name]).all()
        assert (table.columns[name] <= high).all()
    assert (table.columns["volume"] > 0).all()
    assert np.is_busday(table.dates).all()
    assert make(400, 7) == table
    assert make(400, 8) != table


def test_synthetic_prices_hold_what_they_promise() -> None:
    for table, phi in ((random_walk(20_000, 1), 0.0), (ar1(20_000, 1, phi=0.4), 0.4)):
        returns = np.diff(np.log(table.close))
        assert abs(float(np.std(returns)) - 0.01) < 3e-4
        assert abs(float(np.corrcoef(returns[1:], returns[:-1])[0, 1]) - phi) < 0.02


def test_synthetic_prices_refuse_senseless_arguments() -> None:
    with pytest.raises(ValueError, match="at least two rows: found 1"):
        random_walk(1, 0)
    with pytest.raises(ValueError, match=r"volatility must be above zero and finite: found 0\.0"):
        ar1(10, 0, volatility=0.0)
    with pytest.raises(ValueError, match=r"phi must lie between -1 and 1, exclusive: found 1\.0"):
        ar1(10, 0, phi=1.0)
