"""A family whose module a function of the user's makes: its spec, where the function stands, what may be tuned."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

from pydantic import ValidationInfo

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError, ConfigError, TrialFailure
from tunewright.core.words import told
from tunewright.experiment.locating import code_digest, locate, with_full_path
from tunewright.experiment.model import Model, is_own
from tunewright.experiment.stored import Finite
from tunewright.experiment.tuning import Tuning

if TYPE_CHECKING:
    from torch import nn

Factory: TypeAlias = Callable[..., "nn.Module"]
"""Makes the module: from the shape of what it is to take, and from options of the user's own by their names."""

Options: TypeAlias = dict[str, bool | int | float | str]
StoredOptions: TypeAlias = dict[str, bool | int | Finite | str]


T = TypeVar("T")
S = TypeVar("S")
"""The shape of what a wing's modules take."""


@dataclass(frozen=True)
class Packing(Generic[S]):
    """How a bundle holds a trained module in a file of its own. file: its name. pack: the module as that file's bytes.
    unpack: the inverse, with the user's function where one is given; raises ValueError for anything else."""

    file: str
    pack: Callable[["nn.Module"], bytes]
    unpack: Callable[[bytes, S, Factory | None], "nn.Module"]


@dataclass(frozen=True)
class CustomSpec:
    """call: where the function is. options: what it is called with. factory: the function itself, which is no part of
    what is saved."""

    family: ClassVar[str] = "custom"
    call: str
    options: Mapping[str, bool | int | float | str]
    factory: Factory = field(compare=False, repr=False)

    def as_dict(self) -> dict[str, Json]:
        return {"family": self.family, "call": self.call, "options": dict(self.options)}

    def make(self, wanted: type[T], *arguments: Any) -> T:
        """What the function makes of these arguments and the options.

        Raises TrialFailure where it fails, ConfigError where it makes something of another type than is wanted.
        """
        try:
            made: Any = self.factory(*arguments, **self.options)
        except Exception as error:
            raise TrialFailure(f"{self.call} failed with {dict(self.options)}: {told(error)}") from error
        if not isinstance(made, wanted):
            raise ConfigError(f"{self.call} must return a torch.nn.{wanted.__name__}, found {type(made).__name__}")
        return made


def check_call(call: str | None, info: ValidationInfo, *, family: str = CustomSpec.family) -> None:
    """Raise ValueError where the family is asked for without the function that makes its module."""
    if call is None and is_own(info):
        raise ValueError(f'family = "{family}" and call = "file.py:function" go together')


def given(factory: Factory | None, values: Mapping[str, Any]) -> Factory:
    """The function that a saved spec needs. Raises BundleError where it is missing."""
    if factory is None:
        raise BundleError(
            f"this network was made by {values.get('call')}, which the bundle does not hold; give it with --custom"
        )
    return factory


def with_places(model: Model, base: Path) -> Model:
    """The section with the places of functions for any working folder, each loaded once to see that it can be.

    base: the folder from which a relative path starts. Raises ConfigError.
    """
    settings = dict(model.settings)
    for family, own in settings.items():
        if (call := getattr(own, "call", None)) is not None:
            settings[family] = own.model_copy(update={"call": placed("model.call", call, base)})
    return replace(model, settings=settings)


def placed(key: str, call: str, base: Path) -> str:
    """The same for one function. key: what the experiment says it by. Raises ConfigError."""
    try:
        place = with_full_path(call, base)
        locate(place)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from None
    return place


def code_of(calls: Iterable[object]) -> dict[str, Json]:
    """A digest of each file that the user's functions stand in, by their places. calls: None where there is none."""
    return {str(call): code_digest(str(call)) for call in calls if call is not None}


def check_options(tuning: Tuning[Any, Any], experiment: Any) -> None:
    """An option of the user's function is tuned only where that function is tried, and is called as no other key is.

    Raises ConfigError.
    """
    model: Model = experiment.model
    tried = [family.name for family in tuning.tried(experiment)]
    for name in sorted(model.options.keys() & experiment.space.keys()):
        allowed = (experiment.space[name].when or {}).get("family", tried)
        owners = {one for one, own in model.settings.items() if name in getattr(own, "options", {})}
        if not {*map(str, allowed)} <= owners:
            raise ConfigError(
                f"[space] {name} is an option of the user's own network, but other families are tried too; "
                f'give it when = {{ family = ["{min(owners)}"] }}'
            )
    sections = tuning.keys(experiment)
    of_all = dict.fromkeys(("family", *tuning.families.shared.model_fields), "model")
    elsewhere = {name: section for name, section in sections.items() if section != "model"} | of_all
    if hidden := [name for name in model.options if name in elsewhere]:
        section = elsewhere[hidden[0]]
        raise ConfigError(f"[model.options] {hidden[0]} has the name of a key of [{section}]; take another")
