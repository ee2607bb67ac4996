"""Whose merit superiority is."""

import numpy as np
import pytest

from tunewright.statistics.spa import superior_predictive_ability
from tunewright.statistics.superior import Superior, superior

RANDOM = np.random.default_rng(5)
DAYS = 600
SIGNAL = RANDOM.normal(size=DAYS)
ACTUAL = SIGNAL + RANDOM.normal(size=DAYS)
NOTHING = np.zeros(DAYS)
GOOD, FAIR, NOISE = 0.9 * SIGNAL, 0.5 * SIGNAL, 0.01 * RANDOM.normal(size=DAYS)


@pytest.mark.parametrize(
    ("model", "rival", "itself"),
    [
        (GOOD, FAIR, True),
        (FAIR, GOOD, True),
        (NOISE, GOOD, False),
        (NOTHING, GOOD, False),
    ],
    ids=["the best", "the second, superior as well", "noise beside a good one", "the benchmark beside a good one"],
)
def test_superiority_of_a_rival_is_none_of_the_model(model: np.ndarray, rival: np.ndarray, itself: bool) -> None:
    models = {"rival": rival, "model": model}
    found = superior(ACTUAL, NOTHING, models, of="model", horizon=1, seed=3)
    p = superior_predictive_ability(ACTUAL, NOTHING, models, horizon=1, seed=3)
    assert p is not None
    assert p < 0.01
    assert found == Superior(p, itself)


def test_where_none_is_superior_the_model_is_not() -> None:
    found = superior(ACTUAL, NOTHING, {"model": NOISE}, of="model", horizon=1, seed=3)
    assert found is not None
    assert not found.itself
    assert found.spa >= 0.05


def test_days_that_are_too_few_are_not_tested() -> None:
    assert superior(ACTUAL, NOTHING, {"model": GOOD}, of="model", horizon=20, seed=3) is None
