"""`compare`: finished runs side by side."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tunewright.cli.saying import say
from tunewright.cli.tables import print_table
from tunewright.core.words import counted

if TYPE_CHECKING:
    from tunewright.report.compared.outcome import Compared, Contest

MOST = 12
"""Rows of what differs; the page has them all."""
NUMBERS = ("Sealed", "Looks", "p", "Difference")

# SciPy and the plots take seconds to load, so the command imports what it needs when it runs.


def compare(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR DIR ...", help="Folders of finished runs of one kind.")],
    out: Annotated[
        Path | None, typer.Option(help="Where to write the page; by default the first free comparison.html here.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare finished runs on the sealed days or images that all of them have, by paired tests."""
    from tunewright.comparing import compare
    from tunewright.report.compared.page import write_comparison

    compared = compare(folders)
    page = write_comparison(compared, out)
    if as_json:
        print(json.dumps({**compared.as_dict(), "page": str(page)}, indent=2, allow_nan=False))
        return
    _tell(compared)
    say(f"page: {page}")


def _tell(compared: "Compared") -> None:
    from tunewright.report.compared.page import scope

    contest = compared.contest
    say(f"{compared.headline}\n\n{' '.join(compared.sentences)}\n\n{scope(compared)}")
    _runs(contest)
    if len(contest.pairs) > 1:
        _pairs(contest)
    if compared.differing:
        labels = [one.label for one in contest.contenders]
        shown = compared.differing[:MOST]
        print_table(["What differs", *labels], ([one.name, *one.shown] for one in shown), numbers=())
        if more := len(compared.differing) - len(shown):
            say(f"and {counted(more, 'more setting')}, which the page lists")


def _runs(contest: "Contest") -> None:
    from tunewright.report.words import number

    tested = contest.common is not None
    head = ["Run", "Ended in", contest.measure.head, *(["Sealed", "Validation", "Looks"] if tested else [])]
    rows = []
    for one in contest.contenders:
        more = [f"{one.rows:,}" if one.rows else "-", number(one.validation), str(one.looks or "-")] if tested else []
        rows.append([one.label, one.ended, one.told, *more])
    print_table(head, rows, numbers=(*NUMBERS, contest.measure.head, "Validation"))


def _pairs(contest: "Contest") -> None:
    from tunewright.report.compared.words import conclusion, difference
    from tunewright.statistics.wording import p_value

    rows = (
        (
            pair.one, pair.other, difference(pair.difference, contest.measure),
            p_value(pair.adjusted_p).removeprefix("p = ").removeprefix("p "), conclusion(pair),
        )
        for pair in contest.pairs
    )  # fmt: skip
    print_table(("First", "Second", "Difference", "p", "Conclusion"), rows, numbers=NUMBERS)
