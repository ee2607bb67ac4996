"""One look at a sealed test: judged with all that were looked at before, and written down for those after it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from tunewright.runs.openings.files import turn
from tunewright.runs.openings.ledger import enter, ledger_of
from tunewright.runs.openings.looks import Looks, looks
from tunewright.runs.openings.opening import Opening, Seen
from tunewright.runs.openings.places import user_files

PATIENCE = 120.0
"""Seconds to wait for the runs that end in the same moment; each takes one or two to judge."""
J = TypeVar("J")


def look(
    run: Path, seen: Seen, *, kind: str, judge: Callable[[Looks], J], told: Callable[[J], Opening]
) -> tuple[J, tuple[str, ...]]:
    """The judgement, and what went wrong with the ledger, in sentences.

    run: the folder. judge: with the looks before at what is `seen`. told: what is written down of the judgement. Of
    runs that end in the same moment each one judges in its turn and is written down before the next one reads, so that
    the later ones count the earlier ones.
    """
    with _in_turn() as untaken:
        ledger = ledger_of(run)
        judgement = judge(looks(seen, ledger.openings, kind=kind))
        wrong = enter(run, told(judgement))
    return judgement, (*ledger.problems, *(wrong or untaken))  # what keeps from both is told once


@contextmanager
def _in_turn() -> Iterator[tuple[str, ...]]:
    """Among all runs with this state directory; without it, as in private mode, nobody waits. What went wrong, in
    sentences."""
    problems = []
    with ExitStack() as stack:
        try:
            for file in user_files():
                stack.enter_context(turn(file.with_suffix(".lock"), patience=PATIENCE))
        except OSError as error:
            problems.append(
                "this run and one that ends in the same moment may not know of each other's look at the sealed test: "
                f"`openings.lock` in the user's state directory cannot be held: {error}"
            )
        yield tuple(problems)
