"""`runs`: what was run, what it came to, and how often each sealed test was looked at."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tunewright.cli.saying import say
from tunewright.cli.tables import print_table
from tunewright.core.words import counted

if TYPE_CHECKING:
    from tunewright.runs.listing import Listed
    from tunewright.runs.openings.often import SealedTest

NUMBERS = ("Trials", "Looks", "Lowest p", "Adjusted")

# SciPy takes a second to load, so the command imports what it needs when it runs.


def runs(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder that holds the run folders.")] = Path(
        "runs"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List runs, what each came to, and the sealed tests that were looked at more than once."""
    from tunewright.comparing import ended_of
    from tunewright.runs.listing import listed_runs
    from tunewright.runs.openings.ledger import ledger_in
    from tunewright.runs.openings.often import looked_at_often

    found, ledger = listed_runs(folder, ended_of), ledger_in(folder)
    often = looked_at_often(ledger.openings)
    if as_json:
        told = {"runs": [one.as_dict() for one in found], "looked_at_often": [one.as_dict() for one in often]}
        print(json.dumps({**told, "problems": ledger.problems}, indent=2))
        return
    if found:
        print_table(("Run", "Kind", "When (UTC)", "Trials", "Ended in", "Looks"), map(_run_row, found), numbers=NUMBERS)
    else:
        say(f"no runs in {folder}")
    if often:
        say("\nSealed tests that were looked at more than once, by all runs of yours:")
        print_table(
            ("Runs", "Kind", "Sealed test", "Looks", "Lowest p", "Adjusted"), map(_test_row, often), numbers=NUMBERS
        )
    for problem in ledger.problems:
        say(f"warning: {problem}", aside=True)


def _run_row(run: "Listed") -> Sequence[str]:
    when = run.when[:16].replace("T", " ")
    return Path(run.folder).name, run.kind or "-", when or "-", _count(run.trials), run.ended, _count(run.looks)


def _test_row(test: "SealedTest") -> Sequence[str]:
    first, names = test.openings[0], list(dict.fromkeys(Path(one.run).name for one in test.openings))
    more = [f"and {counted(len(names) - 3, 'other')}"] if len(names) > 3 else []
    sealed = f"{first.first} to {first.last}" if first.last else first.first
    shown = ", ".join(names[:3])
    p, adjusted = f"{test.lowest.p:.2g}", f"{test.adjusted_p:.2g}"
    return " ".join([shown, *more]), first.kind, sealed, str(len(test.openings)), p, adjusted


def _count(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"
