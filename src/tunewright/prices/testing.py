"""What every family of prices has to keep, for those of the package and for your own: `check_family(FAMILY)` in a
test."""

import json
from dataclasses import is_dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from tunewright.core.seeds import SeedTree
from tunewright.experiment.by_user import Factory
from tunewright.experiment.families import Spec
from tunewright.experiment.model import OWN
from tunewright.prices.families.family import Family, Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.windows import Samples, Windows
from tunewright.prices.training.fit import fit
from tunewright.prices.training.loop import predict
from tunewright.prices.training.training import Training

SHAPE = Shape(time_step=6, features=3)
_ROWS = 60


def check_family(
    family: Family[Any], settings: dict[str, Any] | None = None, *, factory: Factory | None = None
) -> None:
    """Raise AssertionError, with what was expected and found, unless the family keeps its promises.

    Its name finds it. Its spec is a frozen value that comes back the same from JSON. `build` depends on spec, shape and
    generator alone; the module gives a finite forecast for every window, which a second module with the first one's
    weights gives to the bit, and no other window of the batch bends. Training is the same from the same seed, changes
    the weights, and leaves torch's global stream alone. fixed: names keys. settings: of [model], instead of defaults.
    factory: the user's function, of a family that is by_user.
    """
    assert FAMILIES.find(family.name) == family, f"expected {family.name!r} to be known by its name"
    keys = family.settings.model_fields.keys()
    assert family.fixed <= keys, f"fixed: expected keys of the settings, found {sorted(family.fixed - keys)}"
    made = cast("Any", family.settings.model_validate(settings or {}, context={OWN: True}))
    spec: Spec = made.spec()
    _check_spec(family, spec, factory)
    _check_module(family, spec)
    _check_training(spec)


def _check_spec(family: Family[Any], spec: Spec, factory: Factory | None) -> None:
    assert is_dataclass(spec), f"expected the spec to be a frozen dataclass, found {type(spec).__name__}"
    assert spec.family == family.name, f"expected spec.family to be {family.name!r}, found {spec.family!r}"
    told = spec.as_dict()
    assert told.get("family") == family.name, f"expected as_dict()['family'] to be {family.name!r}, found {told}"
    assert ("call" in told) == family.by_user, "expected a `call` of those that the user's function makes"
    again = family.read_spec(json.loads(json.dumps(told)), factory)
    assert again == spec, f"expected the spec back from JSON, {spec}, found {again}"


def _check_module(family: Family[Any], spec: Spec) -> None:
    one, twin = (_weights(_built(family, spec, seed=1)) for _ in range(2))
    assert _same(one, twin), "expected the same first weights from the same generator, found others"
    model = _built(family, spec, seed=1).eval()
    windows = torch.randn(SHAPE.time_step, 5, SHAPE.features, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        forecasts = model(windows)
        alone = model(windows[:, 2:3])
        other = _built(family, spec, seed=2).eval()
        other.load_state_dict(model.state_dict())
        again = other(windows)
    assert forecasts.shape == (5,), f"expected forecasts of shape (5,) for 5 windows, found {tuple(forecasts.shape)}"
    assert torch.isfinite(forecasts).all(), f"expected finite forecasts, found {forecasts}"
    assert torch.equal(forecasts, again), "expected the saved weights to be all that a forecast depends on"
    assert torch.allclose(alone[0], forecasts[2], atol=1e-5), "expected a forecast to depend on its own window alone"


def _check_training(spec: Spec) -> None:
    before = torch.random.get_rng_state()
    first, second = (_trained(spec, seed=1) for _ in range(2))
    unmoved = torch.equal(before, torch.random.get_rng_state())
    assert unmoved, "expected torch's global stream to be left alone: draw from the generators that are given"
    assert _same(_weights(first.model), _weights(second.model)), "expected the same weights from the same seed"
    found = predict(first.model, _samples(7).windows)
    assert np.isfinite(found).all(), f"expected finite forecasts after training, found {found}"
    counted = [len(first.train_loss), len(first.validation_loss)]
    assert counted[0] == counted[1] > 0, f"expected a loss for every epoch, found {counted}"
    assert 0 <= first.best_epoch < counted[0], f"expected an epoch that was trained, found {first.best_epoch}"


def _built(family: Family[Any], spec: Spec, *, seed: int) -> nn.Module:
    return family.build(spec, SHAPE, torch.Generator().manual_seed(seed))


def _trained(spec: Spec, *, seed: int) -> Any:
    training = Training(epochs=2, batch_size=16, patience=None)
    return fit(spec, training, _samples(1), validation=_samples(2), seeds=SeedTree(seed))


def _samples(seed: int) -> Samples:
    generator = np.random.default_rng(seed)
    series = generator.normal(size=(_ROWS, SHAPE.features)).astype(np.float32)
    origins = np.arange(SHAPE.time_step - 1, _ROWS)
    return Samples(Windows(series, origins, SHAPE.time_step), series[origins, 0])


def _weights(model: nn.Module) -> list[Tensor]:
    return list(model.state_dict().values())


def _same(one: list[Tensor], other: list[Tensor]) -> bool:
    return len(one) == len(other) and all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
