"""How to read prices where the file leaves it open: what a user may say about one."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tunewright.core.errors import ConfigError

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "close": ("auto", "close", "adj_close"),
        "dates": ("auto", "day_first", "month_first"),
        "decimals": ("auto", "point", "comma"),
    }
)
"""What each option may be; the first lets the file decide."""


@dataclass(frozen=True)
class ReadingOptions:
    """How to read a file of prices. Raises ConfigError for what is none of `CHOICES`.

    close: which closing price becomes the close; `auto` takes the adjusted close where there is one. ticker: which of
    several in the file. dates: whether the day or the month comes first; `auto` lets the whole column decide.
    decimals: what marks them; `auto` lets the whole file decide.
    """

    close: str = "auto"
    ticker: str | None = None
    dates: str = "auto"
    decimals: str = "auto"

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if (found := getattr(self, name)) not in choices:
                raise ConfigError(f"{name}: expected one of {', '.join(choices)}, found {found!r}. Choose one of them.")


AS_FOUND = ReadingOptions()
