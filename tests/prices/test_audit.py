"""The audit finds every planted mistake, names it, and is silent where there is none."""

import numpy as np
import pytest

from planted import Planted
from tunewright.prices.data.synthetic import ar1, random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.audit import audit
from tunewright.prices.preparation.custom import CustomFeatures
from tunewright.prices.preparation.features import FEATURES
from tunewright.prices.preparation.folds import WalkForward
from tunewright.prices.preparation.join import Other, Sources
from tunewright.prices.preparation.perturbing import change_after, change_unknown
from tunewright.prices.preparation.prepare import Preparation
from tunewright.prices.run.auditing import PreparedPipeline

TABLE = random_walk(300, seed=2)
MSFT = Other("msft", random_walk(320, seed=3))
SOURCES = Sources(TABLE, (MSFT,))
FOLDS = WalkForward(folds=2, validation_fraction=0.4).cut(
    299
)  # joining drops the first row, for which the other has no value yet


@pytest.mark.parametrize(
    ("planted", "leaks"),
    [
        (Planted(wide_scaler=True), {("fitting", "log_return"), ("fitting", "high_low"), ("fitting", "close")}),
        (Planted(wide_target=True), {("fitting", "target")}),
        (Planted(random_split=True), {("split", "target")}),
        (Planted(same_day=True, names=("log_return", "msft.log_return")), {("look-ahead", "msft.log_return")}),
        (Planted(target_inside=True), {("target", "answer")}),
        (Planted(newest_first=True), {("split", "target")}),
        (Planted(smoothed=True), {("look-ahead", "close"), ("look-ahead", "log_return"), ("look-ahead", "target")}),
    ],
    ids=lambda value: "" if isinstance(value, set) else str(value),
)
def test_a_planted_mistake_is_found(planted: Planted, leaks: set[tuple[str, str]]) -> None:
    found = audit(planted, SOURCES, FOLDS)
    assert leaks <= {(finding.check, finding.column) for finding in found}
    if not (planted.newest_first or planted.random_split):
        assert leaks == {(finding.check, finding.column) for finding in found}


def test_a_finding_says_how_far_ahead() -> None:
    smoothed = {finding.column: finding for finding in audit(Planted(smoothed=True), SOURCES, FOLDS)}
    assert smoothed["close"].ahead == 2, "the mean of five rows reaches two rows ahead"
    day = smoothed["close"].day
    assert smoothed["close"].text == (
        f"fold 0: 'close' looks ahead: in row {smoothed['close'].row} ({day}) it depends on what is known "
        "at least 2 rows later"
    )
    assert str(TABLE.dates[smoothed["close"].row]) == day


def test_the_same_pipeline_without_a_mistake_passes() -> None:
    assert audit(Planted(), SOURCES, FOLDS) == ()
    assert audit(Planted(names=("log_return", "msft.log_return", "msft.rsi_14")), SOURCES, FOLDS) == ()


def test_no_false_alarm_over_50_seeds() -> None:
    custom = CustomFeatures("f.py:gap", lambda frame: (frame["open"] / frame["close"].shift(1)).rolling(3).mean())
    for seed in range(50):
        generator = np.random.default_rng(seed)
        table = (random_walk, ar1)[seed % 2](240, seed=seed)
        others = (Other("msft", random_walk(260, seed=seed + 100)),)
        names = tuple(generator.choice([*FEATURES, "msft.log_return", "msft.macd", "custom.gap"], 6, replace=False))
        preparation = Preparation(
            names,
            target=("log_return", "close", "volatility")[seed % 3],
            scaler=("standard", "minmax", "robust", "none")[seed % 4],
            time_step=int(generator.integers(1, 9)),
            horizon=int(generator.integers(1, 4)),
        )
        folds = WalkForward(2, 0.4, gap=3, scheme=("expanding", "rolling")[seed % 2]).cut(200)
        found = audit(PreparedPipeline(preparation, (custom,)), Sources(table, others), folds, cuts=3, seed=seed)
        assert found == (), f"seed {seed}: {found}"


def test_what_is_changed_is_what_is_not_known() -> None:
    day = TABLE.dates[200]
    changed = change_unknown(SOURCES, day, seed=0)
    for name, values in changed.own.columns.items():
        np.testing.assert_array_equal(values[:201], TABLE.columns[name][:201])
        assert (values[201:] != TABLE.columns[name][201:]).all(), name
    known = MSFT.table.dates <= day - np.timedelta64(1, "D")
    same = changed.others[0].table.close == MSFT.table.close
    np.testing.assert_array_equal(same, known)


def test_a_changed_table_is_still_one_of_prices() -> None:
    changed = change_after(TABLE, TABLE.dates[10], seed=1)
    assert isinstance(changed, PriceTable)
    assert (changed.columns["high"] >= changed.columns["low"]).all()
