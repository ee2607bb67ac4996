"""`[scale]`: networks that are tuned narrow and trained wide."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from pydantic import Field, ValidationError, model_validator

from tunewright.core.errors import ConfigError
from tunewright.core.space import Value
from tunewright.experiment.describing import describe
from tunewright.experiment.families import F, Spec
from tunewright.experiment.model import Model
from tunewright.experiment.sections import ParameterSettings, Section
from tunewright.experiment.tuning import MODEL, Tuning


class ScaleSettings(Section):
    """tune_width: of the networks of the search. final_width: of the final models. Widths that belong to it, such as
    those of later layers, grow alike. None: the final models are as wide as those of the search."""

    tune_width: int | None = Field(None, ge=1)
    final_width: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _check(self) -> "ScaleSettings":
        if (self.tune_width is None) != (self.final_width is None):
            raise ValueError("tune_width and final_width are given together")
        if self.tune_width is not None and self.final_width is not None and self.final_width < self.tune_width:
            raise ValueError(
                f"final_width must not be below tune_width, found {self.final_width} and {self.tune_width}"
            )
        return self

    def check_begun_anew(self) -> None:
        """Raise ConfigError where trainings begin with trained weights, and yet are to grow."""
        if self.tune_width is not None:
            raise ConfigError("[scale] and model.weights: trained weights are of one width; remove one of them")

    def wide(self, widths: Mapping[str, int]) -> dict[str, int]:
        """Widths of the search as those of the final models. Raises ConfigError where one is no whole number."""
        if self.tune_width is None or self.final_width is None:
            return {}
        found = {}
        for name, width in widths.items():
            found[name], rest = divmod(width * self.final_width, self.tune_width)
            if rest:
                raise ConfigError(
                    f"scale: {name} = {width} would become {width * self.final_width / self.tune_width:g}; take widths "
                    "that stay whole numbers"
                )
        return found

    def narrow(self, widths: Mapping[str, int]) -> dict[str, int]:
        """The inverse of `wide`."""
        if self.tune_width is None or self.final_width is None:
            return {}
        return {name: width * self.tune_width // self.final_width for name, width in widths.items()}


class Scaled(Protocol):
    """An experiment with a [model], a [space] and a [scale]."""

    @property
    def model(self) -> Model: ...

    @property
    def space(self) -> Mapping[str, ParameterSettings]: ...

    @property
    def scale(self) -> ScaleSettings: ...

    def model_dump(self, *, exclude: Any = None) -> dict[str, Any]: ...


S = TypeVar("S", bound=Scaled)


@dataclass(frozen=True)
class Scaling(Generic[S, F]):
    """How networks of a wing's experiments grow. widths: by family, the keys that are how wide its networks are. held:
    by family, keys that must have these values, as what others make does not follow the width."""

    tuning: Tuning[S, F]
    widths: Callable[[F], tuple[str, ...]]
    held: Callable[[F], Mapping[str, Value]]

    def tuned_narrow(self, of: S) -> S:
        """The experiment with networks of the width that is tuned. Raises ConfigError where it cannot be scaled."""
        if of.scale.tune_width is None:
            return of
        names = self.widths(self.tuning.families.named(of.model.family))
        if not names or "family" in of.space:
            known = [one.name for one in self.tuning.families.built_in if self.widths(one)]
            raise ConfigError(
                f"[scale] needs one family with a width, {', '.join(known[:-1])} or {known[-1]}; found "
                f"{'several' if 'family' in of.space else repr(of.model.family)}"
            )
        if tuned := sorted(of.space.keys() & set(names)):
            raise ConfigError(f"[space] {tuned[0]} is what [scale] fixes; remove one of them")
        narrow = _rescaled(self.tuning, of, {names[0]: of.scale.tune_width})
        self._widened(narrow)  # raises
        return narrow

    def check(self, narrow: S) -> None:
        """Raise ConfigError where a trial's network, or that of [model], would not grow as it should. The space is
        checked."""
        if narrow.scale.tune_width is None:
            return
        own = {name for name, section in self.tuning.keys(narrow).items() if section == MODEL}
        for where, one in [("[model]", narrow), *self.tuning.at_ends(narrow, own)]:
            self._check_grows(where, one)

    def check_compared(self, where: str, own: Iterable[str], changed: S) -> None:
        """The same of a configuration beside the tuned one. own: what is said of it."""
        if changed.scale.tune_width is None:
            return
        fixed = {"family", *self.widths(self.tuning.families.named(changed.model.family))}
        if found := sorted(fixed.intersection(own)):
            raise ConfigError(f"{where} {found[0]} is what [scale] fixes; remove one of them")
        self._check_grows(where, changed)

    def lines(self, of: S) -> list[str]:
        """What is tuned and what is trained, for the card of a run."""
        if of.scale.tune_width is None:
            return []
        narrow = self._widths(of)
        trials, final = (_said(widths) for widths in (narrow, of.scale.wide(narrow)))
        return [f"scale     trials with {trials}; final models with {final}"]

    def wide(self, of: S) -> dict[str, int]:
        """What the final models have beside the parameters that were tuned."""
        return of.scale.wide(self._widths(of))

    def tuned_on(self, chosen: S) -> Spec | None:
        """The narrow network of an experiment whose own is wider; None where it is not."""
        if chosen.scale.tune_width is None:
            return None
        widths = self._widths(chosen)
        if widths[next(iter(widths))] == chosen.scale.tune_width:
            return None
        narrow: Spec = _rescaled(self.tuning, chosen, chosen.scale.narrow(widths)).model.spec()
        return narrow

    def _check_grows(self, where: str, narrow: S) -> None:
        own = narrow.model.own
        for key, value in self.held(self.tuning.families.named(narrow.model.family)).items():
            if (found := getattr(own, key)) != value:
                raise ConfigError(
                    f"{where}: [scale] needs {key} = {value!r}, found {found!r}, whose part of the network does not "
                    "follow the width; change it, or remove [scale]"
                )
        if self._widened(narrow).model.spec() == narrow.model.spec():
            raise ConfigError(
                f"{where}: [scale] changes nothing, as the network has the same widths without it; give the key that "
                f"is its width ({self.widths(self.tuning.families.named(narrow.model.family))[0]}), or remove [scale]"
            )

    def _widened(self, narrow: S) -> S:
        return _rescaled(self.tuning, narrow, self.wide(narrow))

    def _widths(self, of: S) -> dict[str, int]:
        names = self.widths(self.tuning.families.named(of.model.family))
        found = {name: getattr(of.model.own, name) for name in names}
        return {name: int(value) for name, value in found.items() if value is not None}


def _said(widths: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {width}" for name, width in widths.items())


def _rescaled(tuning: Tuning[S, F], of: S, widths: Mapping[str, int]) -> S:
    try:
        return tuning.with_params(of, widths)
    except ValidationError as error:
        raise ConfigError(f"[scale] {describe(error, cast('type[Section]', tuning.experiment))}") from None
