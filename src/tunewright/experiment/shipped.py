"""The recipes: experiments that come with the package."""

from importlib import resources

from tunewright.core.errors import ConfigError
from tunewright.core.words import closest


def recipe_names() -> tuple[str, ...]:
    """The recipes that come with the package."""
    files = resources.files("tunewright.experiment").joinpath("recipes").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def recipe_text(name: str) -> str:
    """A recipe as it is shipped. Raises ConfigError for an unknown name."""
    if name not in recipe_names():
        raise ConfigError(f"unknown recipe {name!r}; {closest(name, recipe_names())}")
    return resources.files("tunewright.experiment").joinpath("recipes", f"{name}.toml").read_text("utf-8")
