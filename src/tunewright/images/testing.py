"""What every family of images has to keep, for those of the package and for your own: `check_family(FAMILY)` in a
test."""

import json
from collections.abc import Callable
from dataclasses import is_dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from tunewright.experiment.families import Spec
from tunewright.experiment.model import OWN
from tunewright.images.families.family import Family
from tunewright.images.families.known import FAMILIES
from tunewright.images.families.network import Network, network_from_dict

SHAPE, CLASSES = (2, 12, 12), 5


def check_family(
    family: Family[Any], settings: dict[str, Any] | None = None, *, factory: Callable[..., nn.Module] | None = None
) -> None:
    """Raise AssertionError, with what was expected and found, unless the family keeps its promises.

    Its name finds it. Its spec is a frozen value that comes back the same from JSON. `build` depends on spec, shape,
    classes and torch's global stream alone; the module gives a finite score for every class of every image, which a
    second module with the first one's weights gives to the bit, and every parameter of it learns.
    settings: of [model], instead of the defaults. factory: of a family whose modules a function of the user's makes.
    """
    assert FAMILIES.find(family.name) == family, f"expected {family.name!r} to be known by its name"
    keys = family.settings.model_fields.keys()
    named = {*family.fixed, *family.gives_way, *(key for others in family.gives_way.values() for key in others)}
    assert named <= keys, f"fixed, gives_way: expected keys of the settings, found {sorted(named - keys)}"
    made = cast("Any", family.settings.model_validate(settings or {}, context={OWN: True}))
    spec: Spec = made.spec()
    _check_spec(family, spec, factory)
    _check_module(Network(spec, SHAPE, CLASSES))


def _check_spec(family: Family[Any], spec: Spec, factory: Callable[..., nn.Module] | None) -> None:
    assert is_dataclass(spec), f"expected the spec to be a frozen dataclass, found {type(spec).__name__}"
    assert spec.family == family.name, f"expected spec.family to be {family.name!r}, found {spec.family!r}"
    network = Network(spec, SHAPE, CLASSES)
    again = network_from_dict(json.loads(json.dumps(network.as_dict())), factory)
    assert again == network, f"expected the network back from JSON, {network}, found {again}"
    assert (network.call is not None) == family.by_user, "expected a `call` of those that the user's function makes"


def _check_module(network: Network) -> None:
    first, second = (_weights(_built(network, seed=1)) for _ in range(2))
    same = len(first) == len(second) and all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert same, "expected the same first weights from the same state of torch's global stream, found others"
    images = torch.randn(4, *SHAPE, generator=torch.Generator().manual_seed(3))
    model = _built(network, seed=1)
    if network.family.engine == "reference":  # other engines take their own gradients
        model(images).square().sum().backward()
        idle = [name for name, one in model.named_parameters() if one.requires_grad and one.grad is None]
        assert not idle, f"expected every parameter to learn, found {idle[0]} without a gradient"
    with torch.no_grad():
        scores = model.eval()(images)
        other = _built(network, seed=2)
        other.load_state_dict(model.state_dict())
        again = other.eval()(images)
    assert scores.shape == (4, CLASSES), f"expected scores of shape (4, {CLASSES}), found {tuple(scores.shape)}"
    assert torch.isfinite(scores).all(), f"expected finite scores, found {scores}"
    assert torch.equal(scores, again), "expected the saved weights to be all that scores depend on"


def _built(network: Network, *, seed: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return network.build()


def _weights(model: nn.Module) -> list[Tensor]:
    return list(model.state_dict().values())
