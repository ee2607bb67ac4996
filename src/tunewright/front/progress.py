"""How far a run is, shown where somebody looks: a bar in a notebook, the terminal's display on a terminal."""

import html
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from tunewright.cli.progress import NOUNS, live_progress, note_of
from tunewright.core.notebook import in_notebook
from tunewright.runs.searching import Stage, Watch
from tunewright.runs.standing import Standings


@contextmanager
def shown(trials: int, *, progress: bool | None) -> Iterator[Watch]:
    """A watcher for a run. progress: None shows it in a notebook and on a terminal, and nowhere else."""
    if progress is not False and in_notebook():
        bar = _Bar()
        yield bar
        bar.show("finished", 1.0, "")  # what ends by an error stays where it stood
        return
    with live_progress(trials, quiet=not (sys.stdout.isatty() if progress is None else progress)) as watch:
        yield watch


class _Bar:
    """One output of the cell, drawn anew at each step."""

    def __init__(self) -> None:
        shown: Any = import_module("IPython.display")  # which a kernel has, and others may lack
        self._html = shown.HTML
        self._handle = shown.display(self._html(_drawn("starting", 0.0, "")), display_id=True)
        self._last, self._standings = "", Standings()

    def __call__(self, stage: Stage) -> None:
        noun, standing = NOUNS.get(stage.phase), self._standings.of(stage)
        done = standing.settled.good
        text = f"{done}/{stage.trials} {noun}s  {note_of(stage, standing)}" if noun else ""
        self.show(stage.phase, min(1.0, done / max(stage.trials, 1)) if noun else 1.0, text)

    def show(self, phase: str, share: float, text: str) -> None:
        """share: of the bar that is full."""
        drawn = _drawn(phase, share, text)
        if drawn != self._last:
            self._handle.update(self._html(drawn))
        self._last = drawn


def _drawn(phase: str, share: float, text: str) -> str:
    return (
        '<div style="font-family:sans-serif;font-size:13px;max-width:40em">'
        f"<div>{html.escape(phase)} &nbsp; {html.escape(text)}</div>"
        '<div style="background:#8884;border-radius:3px;height:8px;margin-top:4px">'
        f'<div style="background:#2a7de1;border-radius:3px;height:8px;width:{share:.0%}"></div></div></div>'
    )
