"""Every family of prices keeps what `check_family` promises, and the check finds those that do not."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from torch import nn

from tunewright.experiment.locating import locate
from tunewright.prices.families import lstm, ridge
from tunewright.prices.families.family import Family, Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.testing import check_family

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "lstm": [
        {"layers": 2, "units": 4, "units_2": 3, "dropout": 0.3},
        {"layers": 2, "units": 4, "bidirectional": True},
        {"units": 4, "attention": "additive"},
        {"units": 4, "attention": "dot", "bidirectional": True},
    ],
    "gru": [{"layers": 2, "units": 4, "units_2": 3, "dropout": 0.3}],
    "tcn": [{}, {"levels": 1, "channels": 3, "kernel_size": 2, "dropout": 0.0}],
    "transformer": [{}, {"patch_length": 3, "stride": 3, "d_model": 6, "heads": 3, "layers": 2, "dropout": 0.3}],
    "mlp": [{"layers": 2, "units": 4, "units_2": 3, "dropout": 0.3}],
    "dlinear": [{}, {"moving_average": 4}],
    "nlinear": [{}],
    "ridge": [{}, {"penalty": 2.0}],
    "custom": [{"call": f"{Path(__file__).parents[1] / 'price_network.py'}:flat"}],
    "keras": [{"call": f"{Path(__file__).parents[1] / 'price_network.py'}:keras_model"}],
}


@pytest.mark.parametrize("family", FAMILIES.built_in, ids=lambda family: family.name)
def test_every_family_keeps_its_promises(family: Family[Any]) -> None:
    for settings in SETTINGS[family.name]:
        factory = locate(settings["call"]).function if family.by_user else None
        check_family(family, settings, factory=factory)


@dataclass(frozen=True)
class _Forgetful:
    """A spec that tells less than it is."""

    family: ClassVar[str] = "lstm"
    units: int = 3

    def as_dict(self) -> dict[str, Any]:
        return {"family": self.family}


def _wide(spec: Any, shape: Shape, generator: torch.Generator) -> nn.Module:
    layer = nn.Linear(shape.features, 1)
    nn.init.ones_(layer.weight)
    nn.init.zeros_(layer.bias)
    return nn.Sequential(layer)


def _global(spec: Any, shape: Shape, generator: torch.Generator) -> nn.Module:
    model = lstm.FAMILY.build(spec, shape, generator)
    nn.init.normal_(model.head.weight)  # type: ignore[union-attr, arg-type]
    return model


OF_ANY_SPEC: Family[Any] = lstm.FAMILY
WRONG: dict[str, tuple[Family[Any], str]] = {
    "unknown": (replace(ridge.FAMILY, name="other"), "to be known by its name"),
    "shape": (replace(lstm.FAMILY, build=_wide), "expected forecasts of shape"),
    "global stream": (replace(lstm.FAMILY, build=_global), "expected the same first weights"),
    "spec": (replace(OF_ANY_SPEC, read_spec=lambda values, factory: _Forgetful()), "expected the spec back from JSON"),
    "fixed": (replace(lstm.FAMILY, fixed=frozenset({"colour"})), "fixed: expected keys of the settings"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_family_that_breaks_one_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family, said = WRONG[name]
    if name != "unknown":
        monkeypatch.setattr("tunewright.experiment.model.Families.find", lambda self, name: family)
    with pytest.raises(AssertionError, match=said):
        check_family(family)
