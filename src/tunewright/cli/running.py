"""A run carried out on a terminal: what it prints, and what Ctrl-C says."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from tunewright.cli.saying import others_aside, say

if TYPE_CHECKING:
    from tunewright.runs.life import Run
    from tunewright.trials.places import Place


@dataclass(frozen=True)
class Shown:
    """What a run prints. quiet: nothing until its end. as_json: its end as JSON."""

    quiet: bool = False
    as_json: bool = False

    def line(self, text: str) -> None:
        if not self.quiet:
            say(text)

    def end(self, run: "Run[Any, Any]", lines: Sequence[str]) -> None:
        """How it ended, and where what it left lies."""
        folder = run.folder
        bundle = folder.bundle if folder.bundle.exists() else None
        if self.as_json:
            told = {"run": folder.path, "lines": lines, "results": folder.results, "report": folder.report}
            say(json.dumps({**told, "bundle": bundle}, indent=2, default=str))
            return
        say("\n".join([*lines, "", f"report: {folder.report}", *([f"bundle: {bundle}"] if bundle else [])]))


def carry_out(run: "Run[Any, Any]", shown: Shown, place: "Place") -> None:
    """The run to its end, and what it says."""
    from tunewright.cli.progress import live_progress
    from tunewright.entrance import write_report
    from tunewright.runs.life import conduct

    path = run.folder.path
    shown.line("\n".join([*run.opening(), *run.crew(place), f"run folder: {path}"]))
    trials = run.prepared.experiment.search.trials
    with others_aside(active=shown.quiet), live_progress(trials, quiet=shown.quiet) as watch:
        outcome = conduct(run, place=place, watch=watch)
        write_report(path)
    shown.line("")
    shown.end(run, list(run.life.closing(outcome)))


@contextmanager
def saved(folder: Path) -> Iterator[None]:
    """With a run of this folder. Ctrl-C in it says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"interrupted; every finished trial is saved. Go on with: tunewright resume {folder}", aside=True)
        raise typer.Exit(130) from None
