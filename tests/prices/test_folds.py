"""Walk-forward folds: disjoint, ordered, gapped; golden rows for one case."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tunewright.core.errors import ConfigError
from tunewright.prices.preparation.folds import Fold, Rows, WalkForward

plans = st.builds(
    WalkForward,
    folds=st.integers(1, 12),
    validation_fraction=st.floats(0.05, 0.95),
    gap=st.integers(1, 30),
    scheme=st.sampled_from(["expanding", "rolling"]),
)


@given(plans, st.integers(2, 6000))
def test_folds_are_disjoint_ordered_and_gapped(plan: WalkForward, rows: int) -> None:
    try:
        folds = plan.cut(rows)
    except ConfigError:
        assume(False)
    assert len(folds) == plan.folds
    for fold in folds:
        assert 0 <= fold.train.start < fold.train.stop
        assert fold.train.stop + plan.gap == fold.validation.start < fold.validation.stop <= rows
    for earlier, later in pairwise(folds):
        assert earlier.validation.stop == later.validation.start
        assert len(earlier.validation) == len(later.validation)
    assert folds[-1].validation.stop == rows
    if plan.scheme == "expanding":
        assert {fold.train.start for fold in folds} == {0}
    else:
        assert len({len(fold.train) for fold in folds}) == 1
    final = plan.final(rows)
    assert final.stop + plan.gap == rows
    assert plan.scheme == "expanding" or len(final) == len(folds[0].train)


def test_the_rows_of_one_case() -> None:
    folds = WalkForward(folds=2, validation_fraction=0.4, gap=3).cut(100)
    assert folds == (Fold(0, Rows(0, 57), Rows(60, 80)), Fold(1, Rows(0, 77), Rows(80, 100)))
    rolling = WalkForward(folds=2, validation_fraction=0.4, gap=3, scheme="rolling").cut(100)
    assert [fold.train for fold in rolling] == [Rows(0, 57), Rows(20, 77)]


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(ConfigError, match="4 development rows cannot be cut into 3 folds with a gap of 1"):
        WalkForward().cut(4)
