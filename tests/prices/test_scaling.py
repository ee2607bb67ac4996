"""Scalers: round trips, scikit-learn's figures, columns that do not vary."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from tunewright.prices.preparation.names import ScalerKind
from tunewright.prices.preparation.scaling import SCALERS, fit_scaler

tables = arrays(np.float64, st.tuples(st.integers(2, 40), st.integers(1, 4)), elements=st.floats(-1e6, 1e6))


@pytest.mark.parametrize("kind", SCALERS)
@given(table=tables)
@example(table=np.array([[1.0], [2.2e-309], [0.0], [0.0], [0.0]]))
def test_what_is_scaled_comes_back(kind: ScalerKind, table: np.ndarray) -> None:
    scaler = fit_scaler(kind, table)
    back = scaler.invert(scaler.transform(table))
    np.testing.assert_allclose(back, table, rtol=1e-9, atol=1e-9 * max(1.0, float(np.abs(table).max())))


@pytest.mark.parametrize(
    ("kind", "reference"), [("minmax", MinMaxScaler()), ("standard", StandardScaler()), ("robust", RobustScaler())]
)
def test_the_figures_are_those_of_scikit_learn(kind: ScalerKind, reference: StandardScaler) -> None:
    generator = np.random.default_rng(0)
    fitted, other = generator.normal(5, 3, (200, 3)), generator.normal(5, 9, (50, 3))
    ours = fit_scaler(kind, fitted).transform(other)
    np.testing.assert_allclose(ours, reference.fit(fitted).transform(other), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("kind", SCALERS)
def test_a_constant_column_is_only_shifted(kind: ScalerKind) -> None:
    scaler = fit_scaler(kind, np.full((50, 1), 0.1))
    assert scaler.scale == (1.0,)
    assert np.isfinite(scaler.transform(np.array([[3.0]]))).all()
