"""A figure of a report, on its own."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tunewright.core.codec import write_atomically
from tunewright.core.paths import PathName


@dataclass(frozen=True, repr=False)
class Picture:
    """title, caption: what it shows. png: the still picture. plots: its interactive panels, as plotly's JSON; none
    where it has only pictures."""

    title: str
    caption: str
    png: bytes = field(repr=False)
    plots: tuple[str, ...] = field(repr=False)

    def plotly(self) -> tuple[Any, ...]:
        """The panels as figures of plotly."""
        from plotly.io import from_json

        return tuple(from_json(plot) for plot in self.plots)

    def save(self, path: PathName) -> None:
        """Write the PNG. Raises RunFolderError where it cannot be written."""
        write_atomically(Path(path), self.png)

    def __repr__(self) -> str:
        return f"<Picture: {self.title}>"

    def _repr_png_(self) -> bytes:
        return self.png
