"""All openings that can be known of, and one more. What goes wrong is told, and ends no run that has trained for hours.

Each opening stands in two files: that of the run folder tells those beside it, wherever the folder is carried; that of
the user's state directory tells of runs elsewhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright.runs.openings.files import append, read
from tunewright.runs.openings.opening import Opening
from tunewright.runs.openings.places import run_file, run_files, user_files


@dataclass(frozen=True, eq=False)
class Ledger:
    """openings: those in two files are here twice (`looks` counts each forecast once). problems: in sentences."""

    openings: tuple[Opening, ...]
    problems: tuple[str, ...]


def ledger_of(run: Path) -> Ledger:
    """What the folders beside this run and the user's state directory tell of."""
    return ledger_in(run.absolute().parent)


def ledger_in(runs: Path) -> Ledger:
    """What the run folders in this folder and the user's state directory tell of."""
    return _gathered(lambda: run_files(runs), user_files)


def _gathered(*finders: Callable[[], Sequence[Path]]) -> Ledger:
    openings: list[Opening] = []
    problems: list[str] = []
    for finder in finders:
        try:
            parts = [read(file) for file in finder()]
        except OSError as error:
            problems.append(
                f"a ledger of openings cannot be looked for, so looks that it tells of do not count: {error}"
            )
            continue
        for found, wrong in parts:
            openings += found
            problems += wrong
    return Ledger(tuple(openings), tuple(problems))


def enter(run: Path, opening: Opening) -> tuple[str, ...]:
    """Write an opening down in both files; what went wrong, in sentences. A process that ends between the two leaves
    the user's file without it: the run, which then has no result, writes it again when it goes on."""
    places: Mapping[str, Callable[[], Sequence[Path]]] = {
        str(run): lambda: [run_file(run)],
        "the user's state directory": user_files,
    }
    problems = []
    for place, files in places.items():
        try:
            for file in files():
                append(file, opening)
        except (OSError, ValueError) as error:
            problems.append(
                f"the ledger of openings in {place} cannot be written, so later runs may not know of this look at the "
                f"sealed test: {error}; make room or give the right to write there, or choose another directory with "
                "TUNEWRIGHT_STATE"
            )
    return tuple(problems)
