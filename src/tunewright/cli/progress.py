"""The live display of a search: a bar on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tunewright.cli.saying import say
from tunewright.runs.searching import COMPARING, SEARCHING, TRAINING, Stage, Watch
from tunewright.search.records import State, best, count_good

NOUNS = {SEARCHING: "trial", COMPARING: "trial", TRAINING: "model"}
"""What ends one by one in these phases."""


@contextmanager
def live_progress() -> Iterator[Watch]:
    """A watcher that shows each stage: trials done, best score, time left."""
    console = Console()
    if not console.is_terminal:
        yield _PlainLines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TextColumn("{task.completed:.0f}/{task.total:.0f} {task.fields[noun]}s  {task.fields[note]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as display:
        task = display.add_task("starting", total=1, note="", noun="trial")
        clock = _Clock()

        def show(stage: Stage) -> None:
            done, noun, note = count_good(stage.records), NOUNS.get(stage.phase, "trial"), clock.summary(stage)
            display.update(task, description=stage.phase, total=stage.trials, completed=done, note=note, noun=noun)

        yield show


class _PlainLines:
    """One line per finished trial and per phase."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._last = ""

    def __call__(self, stage: Stage) -> None:
        noun, done, summary = NOUNS.get(stage.phase), count_good(stage.records), self._clock.summary(stage)
        line = f"{noun} {done}/{stage.trials}  {summary}".strip() if noun and done else stage.phase
        key = f"{stage.phase} {done if noun else ''}"
        if key != self._last and (done or stage.phase not in (SEARCHING, COMPARING)):
            say(line)
        self._last = key


class _Clock:
    """Estimates the time left from the trials that this process has finished."""

    def __init__(self) -> None:
        self._phase = ""
        self._started = time.monotonic()
        self._before = 0

    def summary(self, stage: Stage) -> str:
        done = count_good(stage.records)
        if self._phase != stage.phase:
            self._phase, self._started, self._before = stage.phase, time.monotonic(), done
        leader = best(stage.records) if stage.phase == SEARCHING else None
        failed = sum(record.state is State.FAILED for record in stage.records)
        parts = [] if leader is None else [f"best {leader.score:.5f} (trial {leader.number})"]
        here, elapsed = done - self._before, time.monotonic() - self._started
        if here and done < stage.trials:
            parts.append(f"about {_duration(elapsed / here * (stage.trials - done))} left")
        if failed:
            parts.append(f"{failed} failed")
        return "  ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
