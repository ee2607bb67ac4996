"""Every sentence that can be said of what forecasts are worth, with its condition."""

from dataclasses import replace

import pytest

from tunewright.prices.judging.trading import Performance
from tunewright.prices.judging.worth_wording import NO_ADVICE, Told, worth_sentence
from tunewright.statistics.sharpe import Sharpe

YEAR = 252
HOLD = Performance(0.25, 0.088, 0.0878, 0.16, Sharpe(0.6 / YEAR**0.5, 1006), 0.24, 2857.0, None)
OWN = Performance(153.0, 0.0125, -0.0623, 0.164, Sharpe(-0.31 / YEAR**0.5, 1006), 0.39, 0.81, 0.15)


def told(own: Performance, hold: Performance = HOLD, *, trials: int = 20) -> str:
    return worth_sentence(Told(1006, YEAR, 5.0, trials, {"sign": own, "size": own, "buy_and_hold": hold}))


def ratio(annual: float) -> Sharpe:
    """Its interval reaches about 0.98 to both sides."""
    return Sharpe(annual / YEAR**0.5, 1006)


GOOD = replace(OWN, net=0.25, sharpe=ratio(1.6), deflated=0.97)


def test_what_cannot_be_told_from_luck() -> None:
    head = (
        "Over 1,006 sealed days, trading by the sign of the forecast lost 6.2 % a year (Sharpe ratio \N{MINUS SIGN}0.31"
        ", 95 % interval \N{MINUS SIGN}1.29 to 0.67) after costs of 5 basis points per half-turn, buy-and-hold gained "
        "8.8 % a year (Sharpe ratio 0.60): the interval includes 0, so this cannot be told from luck"
    )
    assert told(OWN) == f"{head}, and buy-and-hold did better by return and Sharpe ratio; this is no trading advice."
    worse = replace(HOLD, net=-0.2, sharpe=ratio(-1.2))
    assert told(OWN, worse).endswith(": the interval includes 0, so this cannot be told from luck; " + NO_ADVICE)
    assert "buy-and-hold lost 20 % a year (Sharpe ratio \N{MINUS SIGN}1.20)" in told(OWN, worse)


def test_a_loss() -> None:
    lost = replace(OWN, net=-0.3, sharpe=ratio(-1.9))
    assert told(lost).endswith(
        ": a loss beyond what chance explains, and buy-and-hold did better by return and Sharpe ratio; " + NO_ADVICE
    )
    worse = replace(HOLD, net=-0.4, sharpe=ratio(-2.5))
    assert told(lost, worse).endswith(": a loss beyond what chance explains; " + NO_ADVICE)


def test_a_profit_needs_three_things() -> None:
    """An interval above 0, nothing that buy-and-hold does better, and a deflated ratio of 0.95."""
    profit = ": a profit on these days beyond what chance explains, which says nothing of the next ones; " + NO_ADVICE
    assert told(GOOD).endswith(profit)
    assert told(replace(GOOD, deflated=0.95)).endswith(profit)
    for hold, measures in (
        (replace(HOLD, net=0.26), "return"),
        (replace(HOLD, sharpe=ratio(1.7)), "Sharpe ratio"),
        (replace(HOLD, net=0.26, sharpe=ratio(1.7)), "return and Sharpe ratio"),
    ):
        end = f": more than chance gives, but buy-and-hold did better by {measures}; {NO_ADVICE}"
        assert told(GOOD, hold).endswith(end)
    for hold in (replace(HOLD, net=0.2502), replace(HOLD, sharpe=ratio(1.6001))):
        end = f": more than chance gives, but buy-and-hold did as well; {NO_ADVICE}"
        assert told(GOOD, hold).endswith(end), "better by less than the figures show"
    assert told(replace(GOOD, deflated=0.94)).endswith(
        ": more than chance gives one strategy, but not shown to be more than it gives the best of 20 trials (deflated "
        f"Sharpe ratio 0.94); {NO_ADVICE}"
    )
    assert "includes 0" in told(replace(GOOD, sharpe=ratio(0.9)))
    ruined = told(replace(GOOD, net=-1.0), replace(HOLD, net=-1.0))
    assert ruined.endswith(f"above what chance gives, but compounded they came to no gain; {NO_ADVICE}")


def test_a_return_whose_sign_is_not_that_of_the_ratio_is_called_compounded() -> None:
    assert "lost 0.40 % a year, compounded (Sharpe ratio 1.90," in told(replace(OWN, net=-0.004, sharpe=ratio(1.9)))
    assert "lost 6.2 % a year (Sharpe" in told(OWN)


def test_nothing_traded() -> None:
    idle = replace(OWN, turnover=0.0, net=0.0, sharpe=None, deflated=None)
    assert told(idle) == (
        "Over 1,006 sealed days the forecast never left the last price, so nothing was traded, and buy-and-hold gained "
        "8.8 % a year (Sharpe ratio 0.60); this is no trading advice."
    )


def test_returns_that_do_not_vary() -> None:
    flat, still = replace(OWN, sharpe=None), replace(HOLD, net=-0.07, sharpe=None)
    assert told(flat, still).endswith(
        "(Sharpe ratio not defined): its returns are too few or do not vary, so nothing tells them from luck; "
        + NO_ADVICE
    )


@pytest.mark.parametrize("net", [-0.5, 0.0, 0.5])
@pytest.mark.parametrize("annual", [-3.0, -0.5, 0.5, 3.0])
@pytest.mark.parametrize("deflated", [0.1, 0.99])
@pytest.mark.parametrize("hold", [HOLD, replace(HOLD, net=0.9), replace(HOLD, sharpe=ratio(5))])
def test_no_advice_ever_and_no_profit_unless_shown(
    net: float, annual: float, deflated: float, hold: Performance
) -> None:
    said = told(replace(OWN, net=net, sharpe=ratio(annual), deflated=deflated), hold)
    assert said.endswith("; this is no trading advice.")
    assert ("profit" in said) == (net == 0.5 and annual == 3 and deflated == 0.99 and hold is HOLD)


def test_a_forecast_that_only_bought_and_held_is_owed_nothing() -> None:
    assert told(replace(HOLD, deflated=0.99), HOLD).endswith(
        ": it did nothing but buy and hold, so nothing of this is owed to the forecast; " + NO_ADVICE
    )
