"""The section [model]: a family by name, and the keys that this family has.

Where a trial or a configuration beside the tuned one may take another family, [model] holds that one's keys too.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, cast, get_args

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from tunewright.core.words import closest
from tunewright.experiment.describing import TOLD
from tunewright.experiment.families import F, Families, Family
from tunewright.experiment.sections import IDLE, Section

OWN = "own"
"""Key of the validation context: whether these settings are of the family that [model] names."""


@dataclass(frozen=True)
class Model:
    """settings: of every family that is in play, by name; each has what [model] says of its keys, and its defaults.
    shared: keys that every family has. idle: keys of families that are not in play, of a run of an earlier version."""

    family: str
    settings: Mapping[str, Section]
    shared: Any
    idle: Mapping[str, Any] = field(default_factory=dict)

    @property
    def own(self) -> Any:
        """The settings of the family."""
        return self.settings[self.family]

    @property
    def options(self) -> Mapping[str, bool | int | float | str]:
        """What the user's own function takes, where a family in play calls one."""
        return {key: value for one in self.settings.values() for key, value in getattr(one, "options", {}).items()}

    @property
    def settled(self) -> AbstractSet[str]:
        """Keys of other sections that the model itself decides on, in each family in play."""
        parts: list[frozenset[str]] = [getattr(one, "settled", frozenset()) for one in self.settings.values()]
        return frozenset.intersection(*parts) if parts else frozenset()

    def spec(self) -> Any:
        """What the family is to build. Raises ConfigError where a function of the user's cannot be loaded."""
        return self.own.spec()

    def as_dict(self) -> dict[str, Any]:
        """What [model] says, with every default, but for those on which two families in play do not agree."""
        parts = [one.as_dict() for one in (self.shared, *self.settings.values())]
        told = {key: value for part in parts for key, value in part.items()}
        agreed = {key: value for key, value in told.items() if all(part.get(key, value) == value for part in parts)}
        return {"family": self.family, **agreed, **({IDLE: dict(self.idle)} if self.idle else {})}


def unsaid() -> Model:
    """[model] where a file has none: an empty section, to be read."""
    return cast("Model", {})


def read_model(families: Families[F], values: Any, *, also: Iterable[str] = ()) -> Model:
    """[model] as a value. also: names of further families in play. Raises pydantic's errors."""
    if not isinstance(values, dict):
        raise PydanticCustomError("model_type", "expected a section with keys")
    name = values.get("family", families.built_in[0].name)
    if not isinstance(name, str) or families.find(name) is None:
        raise _told(f"model.family: unknown family {name!r}; {closest(str(name), families.names())}")
    known = {one: family for one in dict.fromkeys((name, *also)) if (family := families.find(one))}
    shared = families.shared.model_fields
    keys = {"family", IDLE, *shared, *chain.from_iterable(family.settings.model_fields for family in known.values())}
    for key in values:
        if key not in keys:
            raise _told(_unknown(families, key, keys=keys - {IDLE}, known=tuple(known)))
    settings = {one: _settings(family, values, own=one == name) for one, family in known.items()}
    return Model(name, settings, families.shared.model_validate(_part(shared, values)), values.get(IDLE, {}))


def changed_content(families: Families[F], model: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """What [model] says with these values of its keys and of its options, and of one family alone."""
    name = str(values.get("family", model.family))
    family = families.named(name)
    fixed = model.settings[name].as_dict() if name in model.settings else model.as_dict()
    content = {**fixed, **model.shared.as_dict(), **values}
    own = _part(family.settings.model_fields, content)
    if isinstance(options := own.get("options"), dict):
        own["options"] = {**options, **{key: value for key, value in values.items() if key in options}}
    return {"family": name, **own, **_part(families.shared.model_fields, content)}


def set_aside(families: Families[F], values: dict[str, Any]) -> dict[str, Any]:
    """The content of a run's experiment file as this version says it: keys of families that are not in play, which
    earlier versions wrote out, lie apart. They change nothing, but a study is known by them."""
    model = values.get("model")
    if not isinstance(model, dict):
        return values
    playing = (model.get("family", families.built_in[0].name), *families_in(values))
    known = [family for name in playing if (family := families.find(str(name)))]
    kept = {"family", *families.shared.model_fields}.union(*(family.settings.model_fields for family in known))
    others = {key for family in families.built_in for key in family.settings.model_fields} - kept
    idle = {key: value for key, value in model.items() if key in others}
    apart = {IDLE: idle} if idle else {}
    return {**values, "model": {**{key: value for key, value in model.items() if key not in idle}, **apart}}


def families_in(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the families that [space] and [compare] bring into play; values: read, or as they stand in a file, where
    anything may stand."""
    tuned = _table(values.get("space")).get("family")
    choices = tuned.get("choices") if isinstance(tuned, dict) else getattr(tuned, "choices", tuned)
    compared = [_table(own).get("family") for own in _table(values.get("compare")).values()]
    named = [*(choices if isinstance(choices, list) else ()), *compared]
    return tuple(name for name in named if isinstance(name, str))


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def tunable_keys(families: Families[F], model: Model) -> dict[str, bool]:
    """Keys of [model] that [space] may tune, for the families in play: whether a range of it is of whole numbers."""
    shared = families.shared.model_fields.items()
    found = {key: _whole(field) for key, field in shared if key not in families.fixed}
    for name in model.settings:
        family = families.named(name)
        fields = family.settings.model_fields.items()
        found |= {key: _whole(field) for key, field in fields if key not in family.fixed}
    return {"family": True, **found}


def whole_keys(section: type[Section]) -> dict[str, bool]:
    """Keys of a section: whether a range of it is of whole numbers."""
    return {key: _whole(field) for key, field in section.model_fields.items()}


def is_own(info: ValidationInfo) -> bool:
    """Whether the settings being validated are of the family that [model] names."""
    return bool(info.context and info.context.get(OWN))


def _settings(family: Family, values: Mapping[str, Any], *, own: bool) -> Section:
    return family.settings.model_validate(_part(family.settings.model_fields, values), context={OWN: own})


def _part(keys: Iterable[str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: values[key] for key in keys if key in values}


def _whole(field: Any) -> bool:
    parts = [field.annotation, *get_args(field.annotation)]
    return float not in {*parts, *chain.from_iterable(map(get_args, parts))}


def _unknown(families: Families[F], key: str, *, keys: Iterable[str], known: tuple[str, ...]) -> str:
    owners = families.owners(key)
    hint = f"it is a key of the family {' or '.join(map(repr, owners))}" if owners else closest(key, keys)
    return f"unknown key {key!r} in [model] of the family {' or '.join(map(repr, known))}; {hint}"


def _told(text: str) -> PydanticCustomError:
    return PydanticCustomError(TOLD, "{text}", {"text": text})
