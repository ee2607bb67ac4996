"""What of an experiment on a model may be tuned: its keys, its space, and the experiment with a trial's values."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.core.space import Space, Value
from tunewright.core.words import closest
from tunewright.experiment.describing import describe, validated
from tunewright.experiment.families import F, Families, check_meaning
from tunewright.experiment.model import Model, changed_content, set_aside, tunable_keys, whole_keys
from tunewright.experiment.sections import ParameterSettings, Section, space_of

MODEL = "model"


class WithModel(Protocol):
    """An experiment with a [model] and a [space]."""

    @property
    def model(self) -> Model: ...

    @property
    def space(self) -> Mapping[str, ParameterSettings]: ...

    def model_dump(self, *, exclude: Any = None) -> dict[str, Any]: ...


E = TypeVar("E", bound=WithModel)


def value_of(name: str, values: Mapping[str, Any]) -> Any:
    """The value of this key, or None. One with a number, such as `units_1`, has that of the one without where it has
    none of its own."""
    shared, _, number = name.rpartition("_")
    return values.get(name, values.get(shared) if number.isdecimal() else None)


@dataclass(frozen=True)
class Tuning(Generic[E, F]):
    """The tunable keys of a wing's experiments. sections: by name, each with those of its keys that may be tuned.
    [model] has those of its families, and the options of a function of the user's."""

    experiment: type[E]
    families: Families[F]
    sections: Mapping[str, tuple[type[Section], tuple[str, ...]]]

    def keys(self, of: E) -> dict[str, str]:
        """What may stand in [space], and the section that holds its fixed value; options stand for themselves."""
        hidden = of.model.settled & of.model.options.keys()
        fixed = {key: name for name, (_, keys) in self.sections.items() for key in keys if key not in hidden}
        return dict.fromkeys(tunable_keys(self.families, of.model), MODEL) | fixed

    def space(self, of: E) -> Space:
        """The space of an experiment whose names were checked. Raises ConfigError where its conditions cannot hold."""
        return space_of(of.space, whole=lambda name, given: self.is_whole(of, name))

    def is_whole(self, of: E, name: str) -> bool:
        """Whether a range of this parameter is of whole numbers."""
        if name in of.model.options:
            return isinstance(of.model.options[name], int)
        known = tunable_keys(self.families, of.model)
        for section, _ in self.sections.values():
            known |= whole_keys(section)
        return known[name]

    def with_params(self, of: E, params: Mapping[str, Any]) -> E:
        """The experiment with these values in place of the fixed ones, its [model] with what is one family's alone.
        What is not given keeps its own. Raises pydantic's ValidationError."""
        content, sections = of.model_dump(exclude={MODEL}), self.keys(of)
        own = {name: value for name, value in params.items() if sections.get(name, MODEL) == MODEL}
        for name in params.keys() - own.keys():
            content[sections[name]][name] = params[name]
        content[MODEL] = changed_content(self.families, of.model, own)
        return cast("E", cast("type[Section]", self.experiment).model_validate(content))

    def default_params(self, of: E) -> dict[str, Value]:
        """The fixed values of what the space tunes and what applies: the configuration where nothing is tuned."""
        content, space, sections = of.model_dump(), self.space(of), self.keys(of)
        content[MODEL] |= of.model.own.as_dict()
        values: dict[str, Value] = {}
        for name in space.ordered():
            held = of.model.options if name in of.model.options else content[sections[name]]
            value = value_of(name, held)
            if value is not None and space.active(name, values):
                values[name] = value
        return {name: values[name] for name in space.parameters if name in values}

    def values_with(self, of: E, family: str) -> dict[str, Value]:
        """The values that the experiment itself gives to what may be tuned where this family, which is in play, is
        taken; without what the family decides on itself."""
        content, own = of.model_dump(exclude={MODEL}), of.model.settings[family]
        settled = getattr(own, "settled", frozenset[str]())
        fixed = {key: content[name][key] for name, (_, keys) in self.sections.items() for key in keys}
        values = {key: value for key, value in fixed.items() if value is not None and key not in settled}
        return {**values, **of.model.shared.as_dict(), **own.as_dict(), "family": family, **getattr(own, "options", {})}

    def read(self, content: dict[str, Any]) -> E:
        """The experiment of a run folder's file, of an earlier version too, as far as it says what is what. Raises
        ConfigError where it is none of this kind."""
        kind = cast("type[Section]", self.experiment)
        return cast("E", validated(kind, {**set_aside(self.families, content), "start": [], "transfer": {}}))

    def at_ends(self, of: E, names: Container[str]) -> Iterator[tuple[str, E]]:
        """The experiment with one of these parameters at an end of its range, and what opens it; each with a name."""
        space = self.space(of)
        for name in (name for name in space.ordered() if name in names):
            opened = {parent: allowed[0] for parent, allowed in space.conditions.get(name, {}).items()}
            for value in space.parameters[name].ends():
                yield f"[space] {name} = {value!r}", self.with_params(of, {**opened, name: value})

    def tried(self, of: E) -> list[F]:
        """The families that a trial may take."""
        tuned = of.space.get("family")
        names = map(str, tuned.choices or ()) if tuned else [of.model.family]
        return [family for name in names if (family := self.families.find(name))]

    def checked_space(self, of: E) -> Space:
        """The space. Raises ConfigError where a parameter is unknown, would change nothing, or has a value that the
        experiment does not take."""
        sections, options, tried = self.keys(of), of.model.options, self.tried(of)
        for name, given in of.space.items():
            if name not in sections and name not in options:
                check_meaning("[space]", [name], tried, known=self.families)
                raise ConfigError(f"unknown parameter {name!r} in [space]; {closest(name, {*sections, *options})}")
            try:
                self._check_values(of, name, given)
            except ConfigError as error:
                raise ConfigError(f"[space] {name}: {error}") from None
        if idle := sorted(of.space.keys() & of.model.settled - options.keys()):
            raise ConfigError(f"[space] {idle[0]} means nothing to the family {of.model.family!r}; remove it")
        tuned = {name for name in of.space if sections.get(name, MODEL) == MODEL} - options.keys()
        check_meaning("[space]", tuned, tried, known=self.families)
        try:
            return self.space(of)
        except ConfigError as error:
            raise ConfigError(f"[space] {error}") from None

    def _check_values(self, of: E, name: str, given: ParameterSettings) -> None:
        whole = self.is_whole(of, name)
        numbers = [number for number in (given.low, given.high, given.step) if number is not None]
        if whole and any(number != int(number) for number in numbers):
            raise ConfigError(f"expected whole numbers, found {', '.join(map(str, numbers))}")
        # A key of families is tried with each of them that a trial may take.
        owners = [family.name for family in self.tried(of) if name in family.settings.model_fields]
        for known in [{"family": family} for family in owners] or [{}]:
            for value in given.parameter(whole=whole).ends():
                try:
                    self.with_params(of, {**known, name: value})
                except ValidationError as error:
                    raise ConfigError(describe(error, cast("type[Section]", self.experiment))) from None
