"""Features: their formulas, their look-back, and that none looks ahead."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.resolving import later_dividends
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.features import FEATURES, compute, find, warmup
from tunewright.prices.preparation.names import is_name
from tunewright.prices.run.setup import set_up

TABLE = random_walk(300, seed=4)
CLOSE = pd.Series(TABLE.close)
RETURNS = pd.Series(np.log(TABLE.close)).diff()
CHANGES = CLOSE.diff()
DAYS = pd.DatetimeIndex(TABLE.dates)
EXPECTED: dict[str, "pd.Series[float]"] = {
    "log_volume_change": pd.Series(np.log1p(TABLE.columns["volume"])).diff(),
    "return_mean_5": RETURNS.rolling(5).mean(),
    "return_mean_20": RETURNS.rolling(20).mean(),
    "return_std_5": RETURNS.rolling(5).std(ddof=0),
    "return_std_20": RETURNS.rolling(20).std(ddof=0),
    "rsi_14": 100 * CHANGES.clip(lower=0).rolling(14).sum() / CHANGES.abs().rolling(14).sum(),
    "macd": (CLOSE.rolling(12).mean() - CLOSE.rolling(26).mean()) / CLOSE,
    "weekday_sin": pd.Series(np.sin(2 * np.pi * pd.Series(DAYS.day_of_week) / 7)),
    "weekday_cos": pd.Series(np.cos(2 * np.pi * pd.Series(DAYS.day_of_week) / 7)),
    "month_sin": pd.Series(np.sin(2 * np.pi * (pd.Series(DAYS.month) - 1) / 12)),
    "month_cos": pd.Series(np.cos(2 * np.pi * (pd.Series(DAYS.month) - 1) / 12)),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_feature_is_its_formula(name: str) -> None:
    first = FEATURES[name].warmup
    assert EXPECTED[name].isna().sum() == first, "the warm-up is where the formula has no value"
    np.testing.assert_allclose(compute(TABLE, (name,))[first:, 0], EXPECTED[name][first:], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", FEATURES)
def test_the_look_back_ends_at_the_warm_up(name: str) -> None:
    rows = FEATURES[name].warmup + 1
    whole, last = compute(TABLE, (name,)), compute(TABLE.rows(300 - rows, 300), (name,))
    assert last[-1, 0] == pytest.approx(whole[-1, 0], rel=1e-12, abs=1e-12)
    assert np.isfinite(whole).all()


def test_a_flat_price_has_an_rsi_in_the_middle() -> None:
    flat = PriceTable(TABLE.dates, {"close": np.full(300, 7.0)})
    assert (compute(flat, ("rsi_14",))[14:] == 50).all()


def test_nothing_traded_is_no_change_of_volume() -> None:
    volume = np.where(np.arange(300) % 3 == 0, 0.0, 1e6)
    table = PriceTable(TABLE.dates, {"close": TABLE.close, "volume": volume})
    changes = compute(table, ("log_volume_change",))[:, 0]
    assert (changes[volume == 0] == 0).all()
    assert (changes[1:][volume[:-1] == 0] == 0).all(), "from nothing to a million is no change to learn from"
    varied = PriceTable(
        TABLE.dates, {"close": TABLE.close, "volume": np.where(np.arange(300) == 9, 0, 1e6 + np.arange(300))}
    )
    assert (compute(varied, ("log_volume_change",))[:, 0] != 0).sum() == 297


def test_features_of_another_ticker_read_its_columns() -> None:
    other = random_walk(300, seed=5)
    joined = PriceTable(TABLE.dates, {**TABLE.columns, **{f"brk.b.{n}": v for n, v in other.columns.items()}})
    names = ("rsi_14", "log_volume_change", "high_low")
    np.testing.assert_array_equal(compute(joined, tuple(f"brk.b.{name}" for name in names)), compute(other, names))
    assert warmup(("log_return", "brk.b.rsi_14")) == 14
    assert find("brk.b.high_low").needs == ("brk.b.high", "brk.b.low")


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("macd", True), ("msft.macd", True), ("custom.any_name", True), ("msft.weekday_sin", False),
     ("msft.", False), (".close", False), ("custom.a b", False), ("nothing", False), (3, False)],
)  # fmt: skip
def test_what_is_a_name(name: object, is_one: bool) -> None:
    assert is_name(name) == is_one


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("msft.log_return", "needs the column 'msft.close', .* give the prices of 'msft' too, with --with FILE"),
        ("custom.gap", r"needs the column 'custom.gap', .* give its function in preparation.custom"),
    ],
)
def test_a_missing_column_is_told_with_its_remedy(name: str, mend: str) -> None:
    with pytest.raises(DataError, match=mend):
        compute(TABLE, (name,))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"target": "close"}, 'the input "close" and the target "close" are such levels'),
        ({"features": ["log_return", "high"]}, 'the input "high" is such a level'),
        ({"features": ["log_return", "msft.close"]}, 'the input "msft.close" is such a level'),
        ({"features": ["log_return"]}, None),
    ],
)
def test_levels_of_adjusted_prices_are_told_of(settings: dict[str, object], said: str | None) -> None:
    """They count the dividends of later days."""
    given = {"features": ["close"], **settings}
    experiment = Experiment.model_validate({"data": {"with": ["msft.csv"]}, "preparation": given})
    told = later_dividends(experiment, adjusted="yes")
    assert told is None if said is None else told is not None and said in told
    assert later_dividends(experiment, adjusted="not said") is None


def test_the_card_of_a_run_says_so(tmp_path: Path) -> None:
    walk = random_walk(400, seed=0)
    days = zip(walk.dates, walk.close, strict=True)
    rows = [f"{day},{close},{close * (0.9 if row < 200 else 1.0)}" for row, (day, close) in enumerate(days)]
    file = tmp_path / "prices.csv"
    file.write_text("\n".join(["Date,Close,Adj Close", *rows]))
    settings = {"target": "close", "features": ["close"], "time_step": 5}
    card = set_up(Experiment.model_validate({"data": {"source": str(file)}, "preparation": settings})).card
    assert card.adjusted == "yes"
    assert card.warnings[-1].startswith("adjusted prices count the dividends and splits of all later days")
    index = set_up(Experiment.model_validate({"preparation": settings})).card
    assert (index.adjusted, index.warnings) == ("nothing to adjust", ()), "an index, whose two closes are one"
