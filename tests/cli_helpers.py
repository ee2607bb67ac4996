"""What the tests of the command line share: made-up prices, a tiny budget, the program in-process and as a process."""

import csv
import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from tunewright.cli.main import app
from tunewright.core.codec import write_atomically
from tunewright.prices.data.synthetic import random_walk

PROGRAM = Path(sys.executable).with_name("tunewright")
RUN_FILES = {
    ".lock", "bundle", "experiment.toml", "figures", "final", "openings.jsonl", "predictions.csv", "report.html",
    "results.json", "study.db", "study.db.last",
}  # fmt: skip
TINY = """
[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5

[training]
epochs = 2

[search]
trials = 3

[space]
units = [4, 8]
learning_rate = { low = 1e-3, high = 1e-2, log = true }
"""


def run(*arguments: str | Path) -> Result:
    """The program with these arguments, in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="tunewright")


def run_well(*arguments: str | Path) -> str:
    """The same for a command that must succeed: what it printed."""
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, ""), f"{result.output}{result.exception!r}"
    return result.stdout


def start(*arguments: str | Path) -> "subprocess.Popen[str]":
    """The program as a process of its own, with pipes to its output."""
    command = [str(PROGRAM), *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hear_interrupts
    )


def refusal(*arguments: str | Path) -> str:
    """What the program says to wrong input: exit code 2, one line on stderr, which is returned, and nothing on stdout,
    but for the line that says what is about to run, where only the data is wrong."""
    result = run(*arguments)
    lines = result.stderr.splitlines()
    assert result.exit_code == 2, result.output + repr(result.exception)
    assert re.fullmatch(r"(running   .+\n)?", result.stdout), result.stdout
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("error: ")
    return lines[0].removeprefix("error: ")


def write_prices(path: Path, *, rows: int = 200, seed: int = 1) -> Path:
    """A file of made-up daily prices."""
    lists = random_walk(rows, seed).to_json()
    names = ["Date", *(name.title() for name in lists if name != "dates")]
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        writer.writerows(zip(*lists.values(), strict=True))
    return path


def write_tiny(folder: Path, extra: str = "") -> Path:
    """A tiny experiment and its prices in `folder`; the experiment's path."""
    write_prices(folder / "prices.csv")
    path = folder / "tiny.toml"
    write_atomically(path, extra + TINY)
    return path


def results(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "results.json").read_text())
    return content


def outcome(folder: Path) -> tuple[str, bytes]:
    """What two equal runs have in common: the study's fingerprint and the bytes of predictions.csv."""
    return results(folder)["study"]["fingerprint"], (folder / "predictions.csv").read_bytes()


def with_line(lines: Sequence[str], number: int, text: str) -> str:
    """The file's text with one line replaced; numbers count from 1."""
    return "\n".join([*lines[: number - 1], text, *lines[number:]]) + "\n"


def _hear_interrupts() -> None:
    # Tests that run in the background of a shell ignore Ctrl-C, and what they start would, too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
