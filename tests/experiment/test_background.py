"""What the file of an earlier run gives to a new experiment: its own values, and none that it does not have."""

from typing import Any

import pytest

from tunewright.core.errors import ConfigError
from tunewright.experiment.background import background_in
from tunewright.images.experiment.settings import TUNING as OF_IMAGES
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.prices.experiment.settings import TUNING, Experiment
from tunewright.search.transfer.background import Background

UNITS = {"low": 8, "high": 64}


def of_prices(new: dict[str, Any], earlier: dict[str, Any]) -> Background:
    return background_in(TUNING, Experiment.model_validate(new), earlier)


def of_images(new: dict[str, Any], earlier: dict[str, Any]) -> Background:
    return background_in(OF_IMAGES, ImageExperiment.model_validate({"kind": "images", **new}), earlier)


@pytest.mark.parametrize(
    ("new", "earlier", "other"),
    [
        (
            {"model": {"family": "ridge"}, "space": {"penalty": {"low": 0.1, "high": 1.0}}},
            {"model": {"family": "lstm"}},
            "family = 'lstm'",
        ),
        ({"space": {"family": ["lstm", "gru"], "units": UNITS}}, {"model": {"family": "ridge"}}, "family = 'ridge'"),
        ({"space": {"family": ["lstm", "gru"], "units": UNITS}}, {"model": {"family": "gru"}}, ""),
        (
            {"model": {"family": "custom", "call": "a.py:net", "options": {"width": 8}}, "space": {"width": UNITS}},
            {"model": {"family": "lstm"}},
            "family = 'lstm'",
        ),
        (
            {"model": {"family": "custom", "call": "a.py:net", "options": {"width": 8}}, "space": {"width": UNITS}},
            {"model": {"family": "custom", "call": "b.py:net"}},
            "call = 'b.py:net'",
        ),
    ],
)
def test_a_run_of_another_model_is_told_from_one_of_this(
    new: dict[str, Any], earlier: dict[str, Any], other: str
) -> None:
    found = of_prices(new, earlier)
    assert found.other({}) == other
    assert set(found.stood({})) <= new["space"].keys()


def test_a_run_on_images_of_another_network_too() -> None:
    new = {"model": {"family": "feedforward"}, "space": {"units": UNITS}}
    assert of_images(new, {"kind": "images"}).other({}) == "family = 'cnn'"
    assert of_images(new, {"kind": "images"}).stood({}) == {}
    tuned = {"model": {"family": "torchvision"}, "space": {"architecture": ["resnet18", "resnet34"]}}
    there = {"kind": "images", "model": {"family": "torchvision", "architecture": "resnet50"}}
    assert of_images(tuned, there).other({}) == "architecture = 'resnet50'"
    assert of_images(tuned, there).other({"architecture": "resnet34"}) == ""


def test_a_trial_of_another_family_is_told_from_one_of_this() -> None:
    there = {"space": {"family": ["nlinear", "ridge", "lstm"]}, "model": {"penalty": 0.5, "units": 16}}
    found = of_prices({"model": {"family": "lstm"}, "space": {"units": UNITS}}, there)
    assert [found.other({"family": one}) for one in ("ridge", "lstm")] == ["family = 'ridge'", ""]
    assert (found.stood({"family": "ridge"}), found.stood({"family": "lstm"})) == ({}, {"units": 16})


def test_keys_of_families_that_the_space_brings_into_play_are_known() -> None:
    """Those of families that lie idle too, which earlier versions wrote out."""
    for model in ({"penalty": 0.5}, {"penalty": 0.5, "d_model": 32}):
        there = {"space": {"family": ["lstm", "ridge"]}, "model": model}
        found = of_prices({"model": {"family": "ridge"}, "space": {"penalty": {"low": 0.1, "high": 1.0}}}, there)
        assert found.stood({"family": "ridge"}) == {"penalty": 0.5}
    with pytest.raises(ConfigError, match="unknown key 'unitz' in"):
        of_prices({"space": {"units": UNITS}}, {"model": {"unitz": 3}})


def test_a_key_with_a_number_stood_where_the_one_without_did_in_that_trial() -> None:
    new = {"space": {"layers": [1, 2], "units_2": {**UNITS, "when": {"layers": [2]}}}}
    found = of_prices(new, {"model": {"units": 8}})
    assert found.stood({"layers": 2}) == {"layers": 2, "units_2": 8}
    assert found.stood({"layers": 2, "units": 16})["units_2"] == 16, "where it was tuned"


def test_what_the_new_experiment_fixes_is_known() -> None:
    found = of_prices({"training": {"batch_size": 32}, "space": {"units": UNITS}}, {})
    assert found.here["batch_size"] == 32
    assert "units" not in found.here
