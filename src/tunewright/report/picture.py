"""A figure of a report, on its own: saved, as plotly's, or shown in a notebook."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tunewright.core.codec import write_atomically
from tunewright.core.errors import ConfigError
from tunewright.core.notebook import in_notebook
from tunewright.core.paths import PathName
from tunewright.core.words import closest

if TYPE_CHECKING:
    from tunewright.report.figure import Drawn

_SHOWN = 2 / 3
"""CSS pixels for each pixel of a picture in a notebook, where it would be larger than the text."""


@dataclass(frozen=True, repr=False)
class Picture:
    """title, caption: what it shows; alt: for those who do not see it. png: the still picture. plots: its interactive
    panels, as plotly's JSON; none where it has only pictures."""

    title: str
    caption: str
    alt: str
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

    def _repr_png_(self) -> tuple[bytes, dict[str, Any]]:
        """The picture in few colours, as a notebook keeps whatever it shows, and how it is to be shown."""
        from PIL import Image

        from tunewright.report.figure import reduced

        with Image.open(io.BytesIO(self.png)) as full:
            return reduced(self.png), {"alt": self.alt, "width": round(_SHOWN * full.width)}


def pictures_of(figures: "Iterable[Drawn]") -> dict[str, Picture]:
    """Figures of a report by name, in their order."""
    return {
        one.name: Picture(one.title, one.caption, one.told.alt if one.told else one.title, one.still, one.plots)
        for one in figures
    }


def show(pictures: Mapping[str, Picture], names: Sequence[str]) -> None:
    """Show these pictures in a notebook, or all where none is named, each above its caption.

    Raises ConfigError for a name that there is not, and where there is no notebook.
    """
    if unknown := [name for name in names if name not in pictures]:
        raise ConfigError(f"there is no figure {unknown[0]!r} here; {closest(str(unknown[0]), pictures)}")
    if not in_notebook():
        raise ConfigError("show needs a notebook; elsewhere use .figures[NAME].save(PATH) or .plotly()")
    display = import_module("IPython.display").display
    for name in names or pictures:
        one = pictures[name]
        display(one)
        display({"text/plain": one.caption, "text/html": f"<p>{escape(one.caption)}</p>"}, raw=True)
