"""The live display of a run: a bar on a terminal, plain lines elsewhere; one clock runs through all of its phases."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tunewright.cli.saying import say
from tunewright.core.words import duration
from tunewright.runs.searching import COMPARING, SEARCHING, TRAINING, Stage, Watch
from tunewright.runs.standing import Standing, Standings

NOUNS = {SEARCHING: "trial", COMPARING: "trial", TRAINING: "model"}
"""What ends one by one in these phases; the others are named alone."""

_WIDE = 110
"""Columns from which the bar is long and the best trial is named beside its score."""


@contextmanager
def live_progress(trials: int, *, quiet: bool = False) -> Iterator[Watch]:
    """A watcher that shows each stage: trials done, best score, time left. trials: how many the search is to have."""
    if quiet:
        yield lambda stage: None
        return
    console = Console()
    if not console.is_terminal:
        yield _PlainLines()
        return
    wide = console.width >= _WIDE
    columns = (
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30 if wide else 10),
        TextColumn("{task.fields[count]}  {task.fields[note]}"),
    )
    with Progress(*columns, console=console) as display:
        task = display.add_task("starting", total=None, count=f"0/{trials} trials", note="")

        standings = Standings()

        def show(stage: Stage) -> None:
            noun, standing = NOUNS.get(stage.phase), standings.of(stage)
            done = standing.settled.good
            display.update(
                task,
                description=stage.phase,
                total=stage.trials if noun else None,  # without an end in sight the bar moves to and fro
                completed=done if noun else 0,
                count=f"{done}/{stage.trials} {noun}s" if noun else "",
                note=note_of(stage, standing, named=wide) if noun else "",
            )

        yield show


class _PlainLines:
    """One line per finished trial and per phase."""

    def __init__(self) -> None:
        self._last, self._standings = "", Standings()

    def __call__(self, stage: Stage) -> None:
        noun, standing = NOUNS.get(stage.phase), self._standings.of(stage)
        done = standing.settled.good
        note = note_of(stage, standing, named=False)  # a number from 0 beside a count from 1 would be read as one
        line = f"{noun} {done}/{stage.trials}  {note}".strip() if noun and done else stage.phase
        key = f"{stage.phase} {done if noun else ''}"
        if key != self._last and (done or stage.phase not in (SEARCHING, COMPARING)):
            say(line)
        self._last = key


def note_of(stage: Stage, standing: Standing, *, named: bool = True) -> str:
    """The best score until now, how long it will take, and how many trials have failed. named: with its trial."""
    settled, parts = standing.settled, []
    if stage.phase == SEARCHING and (leader := settled.leader) is not None:
        parts.append(f"best {leader.score:.5f}" + (f" (trial {leader.number})" if named else ""))
    if standing.left and round(standing.left, 1):
        parts.append(f"about {duration(standing.left)} left")
    if settled.failed:
        parts.append(f"{settled.failed} failed")
    return "  ".join(parts)
