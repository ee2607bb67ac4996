"""What trials forecast of the validation days, as the study keeps it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cli_helpers import results, write_prices
from tunewright.core.codec import Json
from tunewright.prices.experiment.packing import packed, unpacked
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.run.life import LIFE
from tunewright.prices.run.sealed import SealedResult
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.validated import Validated, validated
from tunewright.runs.life import begin, conduct
from tunewright.runs.parts import Ended, Searched
from tunewright.runs.searching import Crew


def test_the_forecasts_of_all_complete_trials_are_those_that_were_scored(tmp_path: Path) -> None:
    experiment = Experiment.model_validate(
        {
            "data": {"source": str(write_prices(tmp_path / "prices.csv"))},
            "preparation": {"folds": 2, "time_step": 4},
            "model": {"family": "nlinear"},
            "training": {"epochs": 2},
            "search": {"sampler": "random", "trials": 3},
            "space": {"learning_rate": {"low": 1e-3, "high": 1e-1, "log": True}},
        }
    )
    seen: list[Validated | None] = []

    def end(prepared: Prepared, searched: Searched | None, crew: Crew) -> Ended[SealedResult]:
        assert searched is not None
        seen.append(validated(prepared, searched))
        seen.append(validated(prepared, replace(searched, told=without_forecasts)))
        seen.append(
            validated(prepared, replace(searched, told=lambda number: searched.told(number) if number else [{}]))
        )
        return LIFE.end(prepared, searched, crew)

    conduct(begin(replace(LIFE, end=end), experiment, out=tmp_path / "run", storage=None))
    told = results(tmp_path / "run")["study"]
    found, of_earlier_versions, gone_on_with = seen
    assert of_earlier_versions is None
    assert gone_on_with is not None
    assert (gone_on_with.trials, gone_on_with.whole) == ((1, 2), False)
    assert found is not None
    assert found.whole
    assert found.trials == tuple(trial["number"] for trial in told["trials"])
    for trial in told["trials"]:
        losses = found.losses()[found.trials.index(trial["number"])]
        by_fold = [losses[found.folds == fold].mean() for fold in (0, 1)]
        assert by_fold == pytest.approx(trial["fold_scores"], rel=1e-4)
        assert (found.of(trial["number"]) == found.forecasts[found.trials.index(trial["number"])]).all()
    assert set(told["best"]["folds"][0]) == {"train_loss", "validation_loss", "best_epoch"}


def without_forecasts(number: int) -> Sequence[Json]:
    return [{"best_epoch": 0}, {"best_epoch": 0}]


def test_packing_keeps_seven_digits() -> None:
    values = np.array([123.456789, -1e-7, 0.0, 7e8])
    assert unpacked(packed(values)) == pytest.approx(values, rel=6e-8)
    assert unpacked(packed(np.empty(0))).shape == (0,)
