"""Controls: where there is nothing to find, the verdict finds nothing; where there is something, it is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tunewright.entrance import begin
from tunewright.prices.data.builtin import read_builtin
from tunewright.prices.data.synthetic import ar1, random_walk
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.run import setup
from tunewright.runs.life import conduct

ROWS = 1500
RIDGE = {
    "model": {"family": "ridge"},
    "search": {"sampler": "random", "trials": 2},
    "space": {"time_step": [2, 5, 10]},
}
LSTM = {
    "preparation": {"time_step": 5},
    "model": {"units": 16},
    "training": {"epochs": 12, "learning_rate": 0.005},
    "search": {"sampler": "tpe", "trials": 2},
    "space": {"dropout": {"low": 0.0, "high": 0.3, "step": 0.1}, "batch_size": [32, 64]},
}
CARD = read_builtin("sp500")[1]


@pytest.fixture
def conclude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, object], PriceTable, int], str]:
    """Run a whole experiment on a table and return its conclusion."""

    def run(content: dict[str, object], table: PriceTable, seed: int) -> str:
        monkeypatch.setattr(setup, "read_source", lambda source, options: (table, CARD))
        experiment = Experiment.model_validate({"seed": seed, **content})
        return str(conduct(begin(experiment, out=tmp_path / str(seed))).judgement.conclusion)

    return run


@pytest.mark.parametrize(("content", "seeds", "allowed"), [(RIDGE, 20, 2), (LSTM, 3, 1)], ids=["ridge", "lstm"])
def test_no_skill_is_claimed_on_random_walks(
    content: dict[str, object], seeds: int, allowed: int, conclude: Callable[..., str]
) -> None:
    found = [conclude(content, random_walk(ROWS, seed=seed), seed) for seed in range(seeds)]
    assert found.count("skill") + found.count("hint") <= allowed, found


@pytest.mark.parametrize(("content", "seeds", "wanted"), [(RIDGE, 20, 18), (LSTM, 3, 3)], ids=["ridge", "lstm"])
def test_skill_is_found_in_autoregressive_returns(
    content: dict[str, object], seeds: int, wanted: int, conclude: Callable[..., str]
) -> None:
    found = [conclude(content, ar1(ROWS, seed=seed, phi=0.4), seed) for seed in range(seeds)]
    assert found.count("skill") + found.count("hint") >= wanted, found
    assert found.count("skill") > found.count("hint"), found
