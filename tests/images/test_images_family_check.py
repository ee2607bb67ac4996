"""Every family of images keeps what `check_family` promises, and the check finds those that do not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from tunewright.images.families import cnn, custom, feedforward
from tunewright.images.testing import check_family

NETWORK = """
from torch import nn

def make(shape, classes, width=4):
    return nn.Sequential(nn.Conv2d(shape[0], width, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(classes))
"""


@pytest.mark.parametrize("settings", [{}, {"widths": [4, 6], "depths": [0, 1], "norm": "group", "dropout": 0.2}])
def test_the_convolutional_family(settings: dict[str, Any]) -> None:
    check_family(cnn.FAMILY, settings)


@pytest.mark.parametrize("settings", [{}, {"layers": 0}, {"units": 8, "batch_norm": False}])
def test_the_feed_forward_family(settings: dict[str, Any]) -> None:
    check_family(feedforward.FAMILY, settings)


def test_the_users_own(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(NETWORK)
    settings = {"call": f"{path}:make", "options": {"width": 3}}
    factory = custom.CustomSettings.model_validate(settings).spec().factory
    check_family(custom.FAMILY, settings, factory=factory)


def _idle(spec: Any, shape: tuple[int, int, int], classes: int) -> nn.Module:
    model = feedforward.FAMILY.build(spec, shape, classes)
    model.unused = nn.Linear(2, 2)
    return model


def _few(spec: Any, shape: tuple[int, int, int], classes: int) -> nn.Module:
    return feedforward.FAMILY.build(spec, shape, classes - 1)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"build": _few}, "expected scores of shape"),
        ({"build": _idle}, "expected every parameter to learn"),
        ({"gives_way": {"units": ("widths",)}}, "fixed, gives_way: expected keys"),
        ({"by_user": True}, "call"),
    ],
)
def test_a_family_that_breaks_one_is_found(changes: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = replace(feedforward.FAMILY, **changes)
    monkeypatch.setattr("tunewright.experiment.model.Families.find", lambda self, name: family)
    with pytest.raises((AssertionError, KeyError), match=said):
        check_family(family)
