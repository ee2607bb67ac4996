"""Experiments as TOML: read from a file or a recipe, changed by --set, written out with every default."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tunewright.core.errors import ConfigError
from tunewright.experiment.sections import ParameterSettings, with_idle_keys
from tunewright.experiment.shipped import recipe_names, recipe_text


class Search(Protocol):
    """The section [search] of any kind."""

    @property
    def sampler(self) -> str: ...

    @property
    def trials(self) -> int: ...

    @property
    def lag(self) -> int | None: ...


class Experiment(Protocol):
    """What experiments of every kind have."""

    @property
    def kind(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def seed(self) -> int: ...

    @property
    def search(self) -> Search: ...

    @property
    def space(self) -> Mapping[str, ParameterSettings]: ...

    def as_dict(self) -> dict[str, Any]:
        """What its file says, with every default."""
        ...


@dataclass(frozen=True)
class Content:
    """What a file or a recipe says, with the changes. base: where relative paths start."""

    values: dict[str, Any]
    base: Path

    @property
    def kind(self) -> str:
        """What it says that it tunes."""
        return str(self.values.get("kind", "prices"))


def read_content(name: str, changes: Mapping[str, Any] | None = None) -> Content:
    """The content of a TOML file or a recipe, with `changes` by dotted key. Raises ConfigError in one line."""
    path = Path(name)
    is_file = path.suffix == ".toml" or (path.exists() and name not in recipe_names())
    text = _read(path) if is_file else recipe_text(name)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        mend = "" if path.suffix == ".toml" else f"; {_expected(path)}"
        raise ConfigError(f"{name} is not valid TOML: {error}{mend}") from None
    content.setdefault("name", path.stem if is_file else name)
    for key, value in (changes or {}).items():
        _put(content, key.split("."), value)
    return Content(content, path.parent if is_file else Path())


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


def to_toml(experiment: Experiment) -> str:
    """The experiment with every default written out; reading it gives the same experiment."""
    import tomli_w

    content = experiment.as_dict()
    content |= {"model": with_idle_keys(content["model"])} if "model" in content else {}
    for name, given in experiment.space.items():
        if given.choices is not None:
            content["space"][name] = given.model_dump(include={"choices", "when"}, exclude_none=True)
    return tomli_w.dumps(content)


def _expected(path: Path) -> str:
    """What belongs in the place of this path, and where the path itself may belong: it may be the data."""
    expected = "expected an experiment file in TOML"
    if path.suffix == ".toml":
        return expected
    recipe = "digits-cnn" if path.is_dir() else "prices-lstm"
    return (
        f"{expected} or the name of a recipe; if this is the data, give it to a recipe: "
        f"tunewright tune {recipe} --data {path}"
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path} does not exist; `tunewright recipes` lists what comes built in") from None
    except IsADirectoryError:
        raise ConfigError(f"{path} is a directory; {_expected(path)}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not text in UTF-8; {_expected(path)}") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; expected an experiment file in TOML") from None


def _put(content: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        content = content.setdefault(key, {})
        if not isinstance(content, dict):
            raise ConfigError(f"--set {'.'.join(keys)}: {key!r} holds a value, not a section")
    content[keys[-1]] = value
