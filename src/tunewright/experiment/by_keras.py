"""A family whose model a `build_model(hp)` of the user's makes, as KerasTuner calls it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, TypeVar, cast

from pydantic import Field, ValidationInfo, model_validator

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError, ConfigError, TrialFailure
from tunewright.core.words import told
from tunewright.experiment.by_user import Factory, Options, StoredOptions, check_call
from tunewright.experiment.keras_installed import ready
from tunewright.experiment.locating import locate, split, with_full_path
from tunewright.experiment.sections import Section
from tunewright.experiment.stored import Stored, stored
from tunewright.experiment.tuning import WithModel

if TYPE_CHECKING:
    import keras
    import torch

KERAS = "keras"
_GIVEN = "__tunewright_given__"


class KerasSettings(Section):
    """call: "path/file.py:build_model", or "package.module:name". options: values of its hyperparameters, by name;
    those that stand here and not in [space] are not tuned."""

    settled: ClassVar[frozenset[str]] = frozenset({
        *("learning_rate", "optimizer", "weight_decay", "momentum", "schedule", "warmup", "label_smoothing"),
        *("averaging", "averaging_decay"),
    })  # fmt: skip
    """Keys of [training] on which the model's own `compile` decides."""

    call: str | None = None
    options: Options = Field({})

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> "KerasSettings":
        check_call(self.call, info, family=KERAS)
        return self

    def spec(self) -> "KerasSpec":
        """Raises ConfigError where the user's function cannot be loaded."""
        assert self.call is not None, "checked"
        return KerasSpec(self.call, self.options, loaded(self.call))


@dataclass(frozen=True)
class KerasSpec:
    """call: where the function is. options: its hyperparameters. build: the function, which is no part of what is
    saved."""

    family: ClassVar[str] = KERAS
    call: str
    options: Mapping[str, bool | int | float | str]
    build: Factory

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KerasSpec) and self.as_dict() == other.as_dict()

    __hash__ = None  # type: ignore[assignment]

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "call": self.call, "options": dict(self.options)}

    def make(self, given: Mapping[str, Any], generator: "torch.Generator") -> "keras.Model":
        """The compiled model. given: what the function's file need not define. generator: of its first weights.

        Raises TrialFailure where it fails, ConfigError where it makes something else.
        """
        import keras

        from tunewright.experiment.keras_asked import Given
        from tunewright.training.keras_seeds import seeded

        _provide(self.build, given, self.call)
        keras.utils.clear_session(free_memory=False)  # names of layers count from the start, as KerasTuner has it
        try:
            with seeded(generator):
                made: Any = self.build(Given(self.options))
        except Exception as error:  # the user's code and Keras raise what they like
            raise TrialFailure(f"{self.call} failed with {dict(self.options)}: {told(error)}") from error
        if not isinstance(made, keras.Model):
            found = "None; is a `return` missing?" if made is None else type(made).__name__
            raise ConfigError(f"{self.call} must return a keras.Model, found {found}")
        if not made.compiled:
            raise ConfigError(f"{self.call} must return a compiled model; call model.compile(optimizer=..., loss=...)")
        return made


class _Told(Stored):
    """A spec as it is written."""

    family: Literal["keras"]
    call: str
    options: StoredOptions


def read_keras_spec(values: Mapping[str, Any], factory: Factory | None) -> KerasSpec:
    """The inverse of `as_dict`; a trained model needs no function. Raises ValueError."""
    told = stored(_Told, values)
    return KerasSpec(told.call, told.options, factory or _absent(told.call))


def _absent(call: str) -> Factory:
    """In place of the function, where only what it has made is wanted."""

    def build(*arguments: Any, **named: Any) -> NoReturn:
        raise BundleError(f"this network was made by {call}, which the bundle does not hold")

    return build


def loaded(call: str) -> Factory:
    """The function of this place, or the `build` of a HyperModel there. Raises ConfigError."""
    with_keras()
    function: Any = locate(call).function
    build: Factory = function().build if isinstance(function, type) and hasattr(function, "build") else function
    return build


def with_keras() -> None:
    """See that Keras can be imported. Raises ConfigError."""
    try:
        ready()
    except ModuleNotFoundError as missing:
        raise ConfigError(str(missing)) from None


E = TypeVar("E", bound=WithModel)


def with_asked(experiment: E, given: Callable[[E], Mapping[str, Any]], base: Path) -> E:
    """The experiment with what its `build_model(hp)` asks for in [model.options] and [space]; what the user has
    written there stays. given: what the function's file need not define, as far as it is known. Raises
    ConfigError.

    An experiment that was written out asks for nothing new, so that a run goes on in the space that it began with.
    """
    model = experiment.model
    settings = cast("KerasSettings | None", model.settings.get(KERAS))
    if settings is None or settings.call is None:
        return experiment
    if len(model.settings) > 1:
        raise ConfigError("the family 'keras' is tuned by itself; remove the other families from [space] family")
    try:
        call = with_full_path(settings.call, base)
        build = loaded(call)
    except ConfigError as error:
        raise ConfigError(f"model.call: {error}") from None
    from tunewright.experiment.keras_asked import asked

    _provide(build, given(experiment), None)
    fixed = {name: value for name, value in settings.options.items() if name not in experiment.space}
    try:
        found = asked(build, fixed)
    except ConfigError as error:
        raise ConfigError(f"model.call: {call}: {error}") from None
    if unknown := sorted(settings.options.keys() - found.defaults.keys()):
        raise ConfigError(f"[model.options] {unknown[0]}: {call} does not ask for it; remove it")
    own = settings.model_copy(update={"call": call, "options": {**found.defaults, **settings.options}})
    space = {**{name: one for name, one in found.space.items() if name not in settings.options}, **experiment.space}
    updated = {"model": replace(model, settings={KERAS: own}), "space": space}
    return cast("E", cast("Section", experiment).model_copy(update=updated))


def _provide(build: Any, given: Mapping[str, Any], call: str | None) -> None:
    """Give the function's file the names that it does not define. Raises ConfigError where it defines others; call:
    None where what is given is not certain yet."""
    function = getattr(build, "__func__", build)
    names = getattr(function, "__globals__", {})
    ours: set[str] = names.setdefault(_GIVEN, set())
    for name, value in given.items():
        if call is not None and name in names and name not in ours and names[name] != value:
            raise ConfigError(
                f"{split(call)[0]} defines {name} = {names[name]!r}, and the experiment has {value!r}: remove that "
                "line, as the name is given to the file, or change the experiment"
            )
        if name not in names or name in ours:
            ours.add(name)
            names[name] = value
