"""The verdict on prices after others looked at the same days."""

import numpy as np

from openings import opening
from tunewright.prices.judging.sealed import Forecasts, TestContext
from tunewright.prices.judging.verdict import judge
from tunewright.runs.openings.looks import Looks

CONTEXT = TestContext(horizon=1, naive_mae=0.8, majority="up", training_low=90.0, training_high=110.0, seed=0)


def case(*, phi: float = 0.0, days: int = 400) -> Forecasts:
    """Prices whose changes follow an AR(1), and a model that knows phi but for some noise."""
    rng = np.random.default_rng(0)
    changes = rng.normal(size=days + 2)
    for day in range(1, days + 2):
        changes[day] += phi * changes[day - 1]
    prices = 200 + np.cumsum(changes)
    actual, last, momentum = prices[2:], prices[1:-1], phi * changes[1:-1]
    model = last + momentum + 0.1 * rng.normal(size=days)
    return Forecasts(np.arange(days), actual, last, model, last + 0.01, last + 0.5 * momentum + 0.001)


def test_the_more_others_looked_before_the_less_is_claimed() -> None:
    """One look takes nothing from strong skill, and hundreds leave a hint of it; a model of noise stays without."""
    forecasts = case(phi=0.25)
    rng, naive = np.random.default_rng(2), (forecasts.actual - forecasts.last) ** 2
    others = naive / naive.mean() + 0.1 * rng.normal(size=(3, len(naive)))
    few = judge(forecasts, CONTEXT, Looks((opening(),) * 3, others))
    assert (few.conclusion, few.looks.earlier, few.looks.adjusted_p) == ("skill", 3, 4 * few.clark_west.p)
    assert few.looks.together is not None
    together = few.looks.together
    assert (together.configurations, together.in_mcs, together.last_value_in_mcs) == (4, True, False)
    many = judge(forecasts, CONTEXT, Looks((opening(),) * int(0.02 / few.clark_west.p)))
    assert (many.conclusion, many.looks.together) == ("hint", None)
    assert many.doubts == (many.looks.doubt("these days"),)
    none = judge(case(), CONTEXT, Looks((opening(),)))
    assert (none.conclusion, none.doubts) == (judge(case(), CONTEXT).conclusion, ())
