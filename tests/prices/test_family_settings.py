"""What families may be asked for: what does not go together is told, before the run where it is fixed; a window's last
value is where it says; and what old studies and specs are known by stays as it was."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tunewright.core.errors import BundleError, ConfigError, TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.prices.bundle.bundle import Bundle, load_bundle, save_bundle
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.experiment.checks import check
from tunewright.prices.experiment.objective import PriceObjective
from tunewright.prices.experiment.settings import Experiment, identity_of
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES, read_spec
from tunewright.prices.families.lstm import LSTMSettings, LSTMSpec
from tunewright.prices.families.transformer import TransformerSettings
from tunewright.prices.networks.nlinear import NLinear
from tunewright.prices.preparation.folds import Fold, Rows
from tunewright.prices.preparation.names import ScalerKind
from tunewright.prices.preparation.prepare import Preparation, fit_preparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.training.forecaster import Forecaster

TABLE = random_walk(200, seed=3)


def experiment(model: dict[str, Any], space: dict[str, Any], *, time_step: int = 20) -> Experiment:
    preparation = {"features": ["log_return"], "folds": 1, "time_step": time_step}
    return Experiment.model_validate({"preparation": preparation, "model": model, "space": space})


HEADS = (
    "[model] heads must divide d_model, found heads = 3 and d_model = 16; take such as d_model = 15",
    {"family": "transformer", "heads": 3},
)
PATCHES = (
    "[model] patch_length must be at most time_step, the rows in a window, found patch_length = 30 and time_step = 20; "
    "take shorter patches or longer windows",
    {"family": "transformer", "patch_length": 30},
)
STRIDE = (
    "[model] stride must be at most patch_length, as rows between two patches would be left out, found stride = 6 and "
    "patch_length = 5; take a shorter stride or longer patches",
    {"family": "transformer", "stride": 6},
)


@pytest.mark.parametrize(("said", "model"), [HEADS, PATCHES, STRIDE])
@pytest.mark.parametrize("space", [{}, {"layers": [1, 2]}, {"family": ["lstm", "transformer"]}])
def test_what_can_never_go_together_is_told_before_the_run(
    said: str, model: dict[str, Any], space: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError) as told:
        check(experiment(model, space))
    assert str(told.value) == said


@pytest.mark.parametrize(
    ("tuned", "params", "said"),
    [
        ({"heads": [3, 4]}, {"heads": 3}, "heads must divide d_model"),
        ({"d_model": {"low": 16, "high": 18}}, {"d_model": 17}, "heads must divide d_model"),
        ({"patch_length": [5, 30]}, {"patch_length": 30}, "patch_length must be at most time_step"),
        ({"time_step": [4, 20]}, {"time_step": 4}, "patch_length must be at most time_step"),
        ({"stride": [2, 6]}, {"stride": 6}, "stride must be at most patch_length"),
    ],
)
def test_what_may_go_together_is_a_trial_that_fails_in_words(
    tuned: dict[str, Any], params: dict[str, Any], said: str
) -> None:
    tried = check(experiment({"family": "transformer"}, tuned))
    objective = PriceObjective(tried, Development(TABLE), (Fold(0, Rows(0, 100), Rows(101, 130)),))
    with pytest.raises(TrialFailure, match=said) as told:
        objective(params, 0, seeds=SeedTree(0))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("family", "key", "value"),
    [
        ("transformer", "heads", 0), ("transformer", "layers", 7), ("tcn", "kernel_size", 1), ("tcn", "levels", 9),
        ("dlinear", "moving_average", 1), ("mlp", "dropout", 1.0), ("gru", "units", 0), ("lstm", "attention", "cross"),
        ("nlinear", "units", 8), ("gru", "attention", "dot"),
    ],
)  # fmt: skip
def test_settings_out_of_range_or_of_another_family_are_refused(family: str, key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key):
        experiment({"family": family, key: value}, {})


def test_a_bundle_whose_parts_do_not_go_together_is_refused(tmp_path: Path) -> None:
    fitted = fit_preparation(Development(TABLE), Rows(0, 150), Preparation(("log_return",), time_step=5))
    spec = TransformerSettings().spec()
    model = FAMILIES.named("transformer").build(spec, Shape(5, 1), torch.Generator())
    longer = TransformerSettings(patch_length=8).spec()
    for written in (spec, longer):
        save_bundle(tmp_path, Bundle(Forecaster(fitted, model), written, (0.0,), TABLE.rows(150, 200), "auto", {}))
        if written is spec:
            assert load_bundle(tmp_path).model == spec
    with pytest.raises(BundleError, match="patch_length must be at most time_step, the rows in a window"):
        load_bundle(tmp_path)


FOUNDING = {
    "family": "lstm",
    "penalty": None,
    "layers": 1,
    "units": 32,
    "units_1": None,
    "units_2": None,
    "units_3": None,
    "dropout": 0.1,
    "dropout_1": None,
    "dropout_2": None,
    "dropout_3": None,
}
"""[model] as the first studies are known by it."""


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ({}, {}),
        ({"bidirectional": False, "attention": "none"}, {}),
        ({"attention": "dot"}, {"attention": "dot"}),
        ({"bidirectional": True}, {"bidirectional": True}),
        ({"family": "ridge"}, {"family": "ridge"}),
        ({"family": "tcn"}, {"family": "tcn", "levels": 3, "channels": 16, "kernel_size": 3}),
    ],
)
def test_keys_that_came_later_change_no_study_that_says_nothing_of_them(
    model: dict[str, Any], more: dict[str, Any]
) -> None:
    assert identity_of(experiment(model, {}))["model"] == {**FOUNDING, **more}


def test_specs_say_what_came_later_only_where_it_is_used() -> None:
    plain = LSTMSettings().spec()
    assert plain.as_dict() == {"family": "lstm", "units": [32], "dropout": [0.1]}
    assert read_spec({"family": "lstm", "units": [32], "dropout": [0.1]}) == plain
    used = LSTMSpec((4,), (0.0,), bidirectional=True, attention="dot")
    assert used.as_dict()["attention"] == "dot"
    assert read_spec(used.as_dict()) == used


@pytest.mark.parametrize("scaler", ["minmax", "standard", "robust", "none"])
@pytest.mark.parametrize(("target", "past"), [("close", "close"), ("volatility", "log_range")])
@pytest.mark.parametrize("horizon", [1, 3])
def test_nlinear_begins_as_the_last_value(target: Any, past: str, scaler: ScalerKind, horizon: int) -> None:
    """Of a volatility over several days, as the last day's, times what the target's scale adds."""
    preparation = Preparation(("log_return", past), target, scaler, time_step=4, horizon=horizon)
    fitted = fit_preparation(Development(TABLE), Rows(0, 150), preparation)
    last_value = fitted.last_value()
    assert last_value is not None
    forecaster = Forecaster(fitted, NLinear(Shape(4, 2, last_value)))
    origins = np.arange(150, 190)
    last = TABLE.close if target == "close" else preparation.quantity().daily(TABLE) * fitted.lift  # type: ignore[attr-defined]
    np.testing.assert_allclose(forecaster.forecast(TABLE, origins), last[origins], rtol=2e-6)


@pytest.mark.parametrize(("target", "features"), [("log_return", ("log_return", "close")), ("close", ("open",))])
def test_a_change_has_no_last_value_nor_has_what_is_not_among_the_inputs(
    target: Any, features: tuple[str, ...]
) -> None:
    fitted = fit_preparation(Development(TABLE), Rows(0, 150), Preparation(features, target, time_step=4))
    assert fitted.last_value() is None
    assert fitted.windows(TABLE, np.arange(10, 12)).last_value is None
