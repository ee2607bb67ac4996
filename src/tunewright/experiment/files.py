"""Experiments as TOML: read from a file or a recipe, changed by --set, written out with every default."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import tomli_w
from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.experiment.describing import closest, describe
from tunewright.experiment.starts import with_starts
from tunewright.functions.settings import FunctionExperiment, check_function
from tunewright.images.experiment.checks import check_images
from tunewright.images.experiment.settings import ImageExperiment
from tunewright.prices.comparison.settings import COMPARISON_KINDS, Comparison, comparison_of, is_comparison
from tunewright.prices.experiment.checks import check
from tunewright.prices.experiment.customs import with_places
from tunewright.prices.experiment.settings import Experiment

AnyExperiment: TypeAlias = Experiment | FunctionExperiment | ImageExperiment | Comparison

_KINDS: Mapping[str, type[Experiment | FunctionExperiment | ImageExperiment]] = MappingProxyType(
    {"prices": Experiment, "function": FunctionExperiment, "images": ImageExperiment}
)


def recipe_names() -> tuple[str, ...]:
    """The recipes that come with the package."""
    files = resources.files("tunewright.experiment").joinpath("recipes").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def recipe_text(name: str) -> str:
    """A recipe as it is shipped. Raises ConfigError for an unknown name."""
    if name not in recipe_names():
        raise ConfigError(f"unknown recipe {name!r}; {closest(name, recipe_names())}")
    return resources.files("tunewright.experiment").joinpath("recipes", f"{name}.toml").read_text("utf-8")


def load_experiment(name: str, changes: Mapping[str, Any] | None = None) -> AnyExperiment:
    """The experiment of a TOML file or a recipe, with `changes` by dotted key. Raises ConfigError in one line.

    Its key `kind` says what it tunes: a model on prices or on images, a function, or the model of a comparison. What
    the user wrote in Python is looked for from the file's folder.
    """
    path = Path(name)
    is_file = path.suffix == ".toml" or (path.exists() and name not in recipe_names())
    text = _read(path) if is_file else recipe_text(name)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name} is not valid TOML: {error}") from None
    content.setdefault("name", path.stem if is_file else name)
    for key, value in (changes or {}).items():
        _put(content, key.split("."), value)
    base = path.parent if is_file else Path()
    if str(told := content.get("kind", "prices")) not in (*_KINDS, *COMPARISON_KINDS):
        known = ", ".join(map(repr, (*_KINDS, *COMPARISON_KINDS)))
        raise ConfigError(f"{name}: kind: expected one of {known}, found {told!r}")
    kind = _KINDS.get(str(told), Experiment)
    try:
        if is_comparison(content):
            comparison = comparison_of(content)
            return replace(comparison, base=with_starts(with_places(check(comparison.base), base)))
        experiment = kind.model_validate(content)
        if isinstance(experiment, FunctionExperiment):
            return check_function(experiment, base)
        if isinstance(experiment, ImageExperiment):
            return check_images(experiment, base)
        return with_starts(with_places(check(experiment), base))
    except ValidationError as error:
        raise ConfigError(f"{name}: {describe(error, kind)}") from None
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None


def load_prices(name: str, changes: Mapping[str, Any] | None = None) -> Experiment:
    """The same for those who need an experiment on prices."""
    experiment = load_experiment(name, changes)
    if isinstance(experiment, FunctionExperiment):
        raise ConfigError(f"{name}: expected an experiment on prices, found one on a function")
    if isinstance(experiment, ImageExperiment):
        raise ConfigError(f"{name}: expected an experiment on prices, found one on images")
    if isinstance(experiment, Comparison):
        raise ConfigError(f"{name}: expected an experiment on prices, found a {experiment.kind}")
    return experiment


def parse_changes(texts: Sequence[str]) -> dict[str, Any]:
    """`KEY=VALUE` texts, each value read as TOML, or as a plain string where it is none."""
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"--set expects KEY=VALUE, such as training.epochs=30, found {text!r}")
        try:
            parsed = tomllib.loads(f"value = {value}")
        except tomllib.TOMLDecodeError:
            parsed = {"value": value.strip()}
        if parsed.keys() != {"value"}:
            raise ConfigError(f"--set expects one KEY=VALUE, found several lines: {text!r}; repeat --set for each")
        changes[key.strip()] = parsed["value"]
    return changes


def to_toml(experiment: AnyExperiment) -> str:
    """The experiment with every default written out; reading it gives the same experiment."""
    if isinstance(experiment, Comparison):
        content, space = experiment.as_dict(), experiment.base.space
    else:
        content, space = experiment.model_dump(exclude_none=True), experiment.space
    for name, given in space.items():
        if given.choices is not None:
            content["space"][name] = given.model_dump(include={"choices", "when"}, exclude_none=True)
    return tomli_w.dumps(content)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist; `tunewright recipes` lists what comes built in") from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a directory; expected an experiment file in TOML") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not text in UTF-8; expected an experiment file in TOML") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; expected an experiment file in TOML") from None


def _put(content: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        content = content.setdefault(key, {})
        if not isinstance(content, dict):
            raise ConfigError(f"--set {'.'.join(keys)}: {key!r} holds a value, not a section")
    content[keys[-1]] = value
