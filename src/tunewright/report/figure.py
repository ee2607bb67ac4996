"""One figure of the report in its two forms: interactive for the page, PNG for the folder, paper and no scripts."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawn:
    """name: of the PNG file. plots: plotly's JSON, one for each panel; the page sets them side by side where it can."""

    name: str
    title: str
    caption: str
    plots: tuple[str, ...]
    still: bytes


def drawn(name: str, title: str, caption: str, *, plots: Sequence[Any], still: Figure) -> Drawn:
    """plots: plotly figures. Titles stand in the page, not in the plots, where they could not wrap."""
    still.suptitle(title, fontsize=13)
    stream = io.BytesIO()
    still.savefig(stream, format="png")
    return Drawn(name, title, caption, tuple(str(plot.to_json()) for plot in plots), stream.getvalue())
