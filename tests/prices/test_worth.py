"""What forecasts of a price are worth: strategies counted by hand, and on days whose truth is known."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.prices.judging.trading import Traded, held, performance, sign_positions, size_positions
from tunewright.prices.judging.worth import Market, Terms, worth
from tunewright.statistics.sharpe import expected_best


def test_positions_follow_the_forecast() -> None:
    last = np.array([100.0, 100.0, 100.0, 100.0])
    forecast = np.array([101.0, 99.5, 100.0, 90.0])
    assert sign_positions(forecast, last).tolist() == [1, -1, 0, -1]
    assert size_positions(forecast, last, scale=0.02) == pytest.approx([0.5, -0.25, 0, -1])
    assert size_positions(forecast, last, scale=0.0).tolist() == [0, 0, 0, 0]


def test_overlapping_positions_are_held_at_once() -> None:
    positions = np.array([1.0, -1.0, 1.0, 1.0])
    assert held(positions, horizon=1).tolist() == positions.tolist()
    assert held(positions, horizon=2).tolist() == [0, 0, 1]
    assert held(positions, horizon=4).tolist() == [0.5]
    assert held(positions, horizon=5).tolist() == []


def test_costs_are_of_each_change_of_position() -> None:
    """Enters (1), turns round (2), leaves (1): four half-turns of 10 basis points."""
    traded = Traded(np.array([1.0, -1.0, 0.0]), np.array([0.10, -0.05, 0.07]), costs=10)
    assert traded.turned.tolist() == [1, 2, 1]
    assert traded.net(10) == pytest.approx([0.099, 0.048, -0.001])
    assert traded.wealth() == pytest.approx([1.099, 1.099 * 1.048, 1.099 * 1.048 * 0.999])


@given(st.integers(0, 10_000), st.floats(0.0, 0.02))
def test_at_break_even_nothing_is_left(seed: int, drift: float) -> None:
    random = np.random.default_rng(seed)
    traded = Traded(np.sign(random.normal(size=40)), random.normal(drift, 0.01, 40), costs=5)
    costs, gross = traded.break_even(), np.prod(1 + traded.net(0.0))
    assert (costs is None) == (gross <= 1)
    if costs is not None:
        assert np.prod(1 + traded.net(costs)) == pytest.approx(1.0, abs=1e-9)


def test_one_strategy_by_hand() -> None:
    """Half a year of four days: up 10 %, down 20 %, up 25 %, up 10 %, held throughout without costs."""
    traded = Traded(np.ones(4), np.array([0.10, -0.20, 0.25, 0.10]), costs=0)
    found = performance(traded, year=8, best_by_luck=None)
    assert found.net == found.gross == pytest.approx(1.21**2 - 1)
    assert found.volatility == pytest.approx(np.std([0.1, -0.2, 0.25, 0.1], ddof=1) * 8**0.5)
    assert found.drawdown == pytest.approx(0.2)
    assert found.turnover == 2  # one half-turn in half a year
    assert found.break_even is not None
    assert found.break_even == pytest.approx(1e4 * (1.10 - 1 / (0.8 * 1.25 * 1.10)), rel=1e-6)  # paid on the first day
    assert found.deflated is None


def test_a_loss_on_the_first_day_is_a_drawdown_and_ruin_is_for_good() -> None:
    falling = performance(Traded(np.ones(3), np.array([-0.3, 0.1, 0.1]), costs=0), year=250, best_by_luck=None)
    assert falling.drawdown == pytest.approx(0.3)
    assert falling.break_even is None
    ruined = performance(Traded(-np.ones(3), np.array([0.1, 1.5, -0.9]), costs=0), year=250, best_by_luck=None)
    assert (ruined.net, ruined.drawdown) == (-1.0, 1.0)


def market(days: int = 300, *, horizon: int = 1, seed: int = 0, insight: float = 0.0) -> Market:
    """Returns of 1 % a day; forecasts know of them what `insight`, from 0 to 1, says."""
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, days + 2 * horizon + 1)))
    origins = np.arange(days + horizon - 1) + 1
    moves = np.log(close[origins + horizon] / close[origins])
    forecast = close[origins] * np.exp(insight * moves + (1 - insight) * random.normal(0, 0.01, len(origins)))
    dates = np.datetime64("2015-01-01") + np.arange(days + 1)
    return Market(dates, close[horizon : horizon + days + 1], forecast, close[origins])


def terms(**changed: Any) -> Terms:
    values: dict[str, Any] = {"horizon": 1, "costs": 5.0, "scale": 0.01, "trials": 20, "variance": 0.001}
    return Terms(**{**values, **changed})


def test_who_knows_the_next_day_earns_and_who_pays_enough_does_not() -> None:
    found = worth(market(insight=0.6), terms())
    own, hold = found.strategies["sign"], found.strategies["buy_and_hold"]
    assert own.net > 1
    assert own.deflated is not None
    assert own.deflated > 0.99
    assert hold.deflated is None
    assert own.break_even is not None
    dear = worth(market(insight=0.6), terms(costs=own.break_even)).strategies["sign"]
    assert dear.net == pytest.approx(0, abs=1e-6)
    assert dear.gross == own.gross


def test_buying_and_holding_is_the_price_itself() -> None:
    given = market()
    found = worth(given, terms(costs=0.0))
    assert found.wealth["buy_and_hold"] == pytest.approx(given.close / given.close[0])
    assert found.wealth["buy_and_hold"][0] == 1
    years, grown = 300 / 365.25, given.close[-1] / given.close[0]
    assert found.year == pytest.approx(365.25)
    assert found.strategies["buy_and_hold"].gross == pytest.approx(grown ** (1 / years) - 1)


def test_a_position_is_not_held_before_the_day_after_its_forecast() -> None:
    """Another forecast at one origin changes the days after it alone, and at most as many as the horizon."""
    for horizon in (1, 3):
        given = market(50, horizon=horizon)
        other = Market(given.dates, given.close, given.forecast.copy(), given.last)
        other.forecast[20] = 2 * given.last[20] - given.forecast[20]  # the other way
        before, after = (worth(one, terms(horizon=horizon)) for one in (given, other))
        own, others = (np.diff(np.log(one.wealth["sign"])) for one in (before, after))
        changed = np.flatnonzero(np.abs(own - others) > 1e-12)
        first = 20 - (horizon - 1)  # origin `horizon` - 1 is that of the day before the first sealed one
        assert changed[0] == first
        assert changed[-1] <= first + horizon  # the day after pays for the change


def test_luck_is_that_of_all_trials() -> None:
    assert worth(market(), terms()).best_by_luck == expected_best(trials=20, variance=0.001)
    assert worth(market(), terms(variance=None)).best_by_luck == expected_best(trials=20, variance=1 / 299)
    assert worth(market(), terms(trials=1)).best_by_luck == 0


def test_ratios_are_annual_in_results_json() -> None:
    found = worth(market(), terms())
    told: Any = found.as_dict()
    own = found.strategies["sign"].sharpe
    assert own is not None
    assert told["strategies"]["sign"]["sharpe"]["ratio"] == pytest.approx(own.ratio * 365.25**0.5)
    assert told["trial_sharpe_deviation"] == pytest.approx((0.001 * 365.25) ** 0.5)
    assert told["best_by_luck"] == pytest.approx(found.best_by_luck * 365.25**0.5)
    assert told["curve"]["sign"][0] == 0
    assert told["curve"]["sign"][-1] == pytest.approx(found.wealth["sign"][-1] - 1)
    assert [len(column) for column in told["curve"].values()] == [301] * 4
    thinned: Any = worth(market(900), terms()).as_dict()["curve"]
    assert [len(column) for column in thinned.values()] == [500] * 4


def test_a_forecast_that_stays_trades_nothing() -> None:
    given = market(40)
    found = worth(Market(given.dates, given.close, given.last, given.last), terms(scale=0.0))
    for name in ("sign", "size"):
        own = found.strategies[name]
        assert (own.turnover, own.net, own.sharpe, own.deflated, own.break_even) == (0, 0, None, None, None)


def test_no_skill_is_seldom_called_a_profit() -> None:
    """Nominal: 2.5 % of the intervals lie above 0, and then buy-and-hold and the deflated ratio have a word."""
    said = [worth(market(100, seed=seed), terms(costs=0.0, variance=None)).sentence() for seed in range(200)]
    assert sum("profit" in one for one in said) <= 2
    assert sum("includes 0" in one for one in said) >= 180
