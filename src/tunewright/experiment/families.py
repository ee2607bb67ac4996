"""The families of models of a wing, found by their names."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from tunewright.core.codec import Json
from tunewright.core.errors import BundleError, ConfigError
from tunewright.core.plugins import plugin, plugin_names
from tunewright.core.words import closest
from tunewright.experiment.sections import Section


class Family(Protocol):
    """What every wing's families have. label: its name in sentences. settings: its keys of [model]; their `spec()` says
    what to build. fixed: those of them that [space] may not tune."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def settings(self) -> type[Section]: ...

    @property
    def fixed(self) -> AbstractSet[str]: ...


class Spec(Protocol):
    """What a family is to build, with nothing left open: a frozen value of plain numbers and names."""

    @property
    def family(self) -> str:
        """The name of its family."""
        ...

    def as_dict(self) -> dict[str, Json]:
        """With the key `family`, ready for JSON."""
        ...


F = TypeVar("F", bound=Family)


@dataclass(frozen=True)
class Families(Generic[F]):
    """The families of a wing, the first one first. group: the entry points under which other packages add theirs.
    shared: keys of [model] that all of them have. fixed: those of them that [space] may not tune."""

    group: str
    built_in: tuple[F, ...]
    shared: type[Section] = Section
    fixed: AbstractSet[str] = frozenset()

    def find(self, name: str) -> F | None:
        """The family of this name, or None."""
        known = next((family for family in self.built_in if family.name == name), None)
        return known or plugin(self.group, name)

    def named(self, name: str) -> F:
        """The same of a name that was checked. Raises ConfigError where it is gone."""
        if (family := self.find(name)) is None:
            raise ConfigError(f"unknown family {name!r}; {closest(name, self.names())}")
        return family

    def names(self) -> tuple[str, ...]:
        return (*(family.name for family in self.built_in), *plugin_names(self.group))

    def owners(self, key: str) -> tuple[str, ...]:
        """Names of the families that have this key."""
        found = filter(None, map(self.find, self.names()))
        return tuple(family.name for family in found if key in family.settings.model_fields)

    def of_spec(self, values: Mapping[str, Any]) -> F:
        """The family of a spec that was written to JSON. Raises BundleError where this version does not know it."""
        if (family := self.find(str(values.get("family")))) is None:
            *others, last = self.names()
            raise BundleError(
                f"unknown family {values.get('family')!r}; this version knows {', '.join(others)} and {last}"
            )
        return family


def default_keys(families: Iterable[Family], *, exclude_none: bool) -> dict[str, Any]:
    """What [model] says of these families where a file says nothing."""
    parts = (family.settings().model_dump(mode="json", exclude_none=exclude_none) for family in families)
    return {key: value for part in parts for key, value in part.items()}


def check_meaning(where: str, keys: Iterable[str], families: Iterable[F], *, known: Families[F]) -> None:
    """Raise ConfigError for a key of [model] that means nothing to any of these families, though to others."""
    tried = tuple(families)
    meant = {"family", *known.shared.model_fields}.union(*(family.settings.model_fields for family in tried))
    for key in sorted(keys):
        if key not in meant and known.owners(key):
            names = " or ".join(repr(family.name) for family in tried)
            raise ConfigError(f"{where} {key} means nothing to the family {names}; remove it")
