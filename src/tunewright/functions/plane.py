"""Spaces over which a function can be drawn as a surface."""

from tunewright.core.errors import ConfigError
from tunewright.core.parameters import Choice
from tunewright.core.space import Space


def check_plane(space: Space, key: str) -> None:
    """Raise ConfigError, with the key that asks for it, unless a surface can be drawn: over two ranges that always
    apply."""
    ranges = [one for one in space.parameters.values() if not isinstance(one, Choice)]
    if not len(ranges) == len(space.parameters) == 2 or space.conditions:
        raise ConfigError(
            f"{key} needs two parameters, both of them ranges that always apply, "
            f"found {', '.join(space.parameters)}; set it to false"
        )
