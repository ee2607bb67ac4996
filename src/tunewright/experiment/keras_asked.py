"""What a `build_model(hp)` asks for: its hyperparameters, found by building it, as entries of [space]."""

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from keras_tuner import HyperParameters
from keras_tuner.engine import hyperparameters as kinds

from tunewright.core.errors import ConfigError
from tunewright.core.words import told
from tunewright.experiment.keras_values import HyperParameter, are_listed, highest, steps, value_at
from tunewright.experiment.sections import ParameterSettings

Value = bool | int | float | str
Build = Callable[[HyperParameters], Any]

_BUILDS, _NOTHING_NEW = 24, 4
"""Models built at most to find the space, and how many in a row end the search for more without a new name."""


@dataclass(frozen=True)
class Asked:
    """defaults: a value for each hyperparameter. space: those that vary, as [space] has them."""

    defaults: Mapping[str, Value]
    space: Mapping[str, ParameterSettings]


class Given(HyperParameters):  # type: ignore[misc]
    """Hyperparameters with the values that are given, and their defaults where there is none."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        super().__init__()
        self._given = values

    def _register(self, hyperparameter: Any, overwrite: bool = False) -> Any:
        name = hyperparameter.name
        if name in self._given and name not in self.values and self.is_active(hyperparameter):
            self.values[name] = self._given[name]
        return super()._register(hyperparameter, overwrite=False)


class _Drawn(Given):
    """Hyperparameters at random, for their names alone. at: of the range, from 0 to 1; None draws."""

    def __init__(self, stream: random.Random, at: float | None, fixed: Mapping[str, Value]) -> None:
        super().__init__(fixed)
        self._stream, self._at = stream, at

    def _register(self, hyperparameter: Any, overwrite: bool = False) -> Any:
        one = hyperparameter
        if one.name not in {*self._given, *self.values} and self.is_active(one) and not isinstance(one, kinds.Fixed):
            self.values[one.name] = value_at(one, self._stream.random() if self._at is None else self._at)
        return super()._register(one)


def asked(build: Build, fixed: Mapping[str, Value]) -> Asked:
    """What the function asks for, in whichever branch. fixed: values of the user's, which are not tuned.

    Models are built for it: with defaults, at both ends of all ranges, and at random until nothing new comes up.
    Raises ConfigError where none can be built, or one name means two things.
    """
    stream, met, quiet = random.Random(0), HyperParameters(), 0
    _build(build, first := Given(fixed))
    met.merge(first.space)
    for number in range(_BUILDS):
        at = (0.0, 1 - 1e-9)[number] if number < 2 else None
        drawn = _Drawn(stream, at, fixed)
        with suppress(Exception):  # a configuration that cannot be built will be a failed trial
            build(drawn)
        before = len(met.space)
        met.merge(drawn.space, overwrite=False)
        quiet = 0 if len(met.space) > before else quiet + 1
        if quiet >= _NOTHING_NEW:
            break
    return _told(met, fixed)


def _build(build: Build, hyperparameters: HyperParameters) -> None:
    try:
        build(hyperparameters)
    except NameError as error:
        raise ConfigError(
            f"{told(error)}; time_step and n_features (of images input_shape and num_classes) are given to the "
            "function when it is called, anything else must stand in its file"
        ) from None
    except Exception as error:  # the user's code and Keras raise what they like
        raise ConfigError(f"it cannot be built with its default values: {told(error)}") from None


def _told(met: HyperParameters, fixed: Mapping[str, Value]) -> Asked:
    defaults: dict[str, Value] = {}
    space: dict[str, ParameterSettings] = {}
    varied = {one.name for one in met.space if not isinstance(one, kinds.Fixed)} - fixed.keys()
    for one in met.space:
        defaults.setdefault(one.name, fixed.get(one.name, _default(one)))
        if one.name not in varied:
            continue
        entry = _entry(one, {parent.name: list(parent.values) for parent in one.conditions if parent.name in varied})
        other = space.setdefault(one.name, entry)
        if other.model_copy(update={"when": None}) != entry.model_copy(update={"when": None}):
            raise ConfigError(
                f"{one.name} is asked for with other values under another condition; give one of them another name"
            )
        if other.when != entry.when:  # under either condition: where it means nothing, it changes nothing
            space[one.name] = other.model_copy(update={"when": None})
    return Asked(defaults, space)


def _entry(one: HyperParameter, when: dict[str, list[Value]]) -> ParameterSettings:
    condition = {"when": when} if when else {}
    if are_listed(one):
        return ParameterSettings.model_validate({"choices": list(steps(one)), **condition})
    whole = isinstance(one, kinds.Int)
    step = {} if one.step is None or (whole and one.step == 1) else {"step": one.step}
    values = {"low": one.min_value, "high": highest(one) if whole else one.max_value, "log": one.sampling == "log"}
    return ParameterSettings.model_validate({**values, **step, **condition})


def _default(one: Any) -> Value:
    value: Value = one.default
    return float(value) if isinstance(one, kinds.Float) else value
