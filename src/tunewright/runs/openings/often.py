"""Sealed tests that were looked at more than once, out of a ledger."""

from collections.abc import Iterable
from dataclasses import dataclass

from tunewright.core.codec import Json
from tunewright.runs.openings.looks import is_look, same_forecast
from tunewright.runs.openings.opening import Opening
from tunewright.statistics.looks import adjusted_p


@dataclass(frozen=True, eq=False)
class SealedTest:
    """The different forecasts that were looked at there, in the ledger's order, each by its first opening."""

    openings: tuple[Opening, ...]

    @property
    def lowest(self) -> Opening:
        """The one of the lowest p."""
        return min(self.openings, key=lambda one: one.p)

    @property
    def adjusted_p(self) -> float:
        """The lowest p, for all these looks."""
        return adjusted_p(self.lowest.p, len(self.openings) - 1)

    def as_dict(self) -> dict[str, Json]:
        """Ready for JSON."""
        names = ("moment", "run", "name", "kind", "trials", "first", "last", "p", "conclusion")
        told: list[Json] = [{name: getattr(one, name) for name in names} for one in self.openings]
        return {"looks": len(self.openings), "adjusted_p": self.adjusted_p, "openings": told}


def looked_at_often(ledger: Iterable[Opening]) -> list[SealedTest]:
    """Those of two different forecasts or more; an opening belongs to the first test of which it is a look."""
    tests: list[list[Opening]] = []
    for opening in ledger:
        test = next((test for test in tests if _is_of(opening, test)), None)
        if test is None:
            tests.append([opening])
        elif not any(same_forecast(opening.seen, one.seen) for one in test):
            test.append(opening)
    return [SealedTest(tuple(test)) for test in tests if len(test) > 1]


def _is_of(opening: Opening, test: list[Opening]) -> bool:
    return opening.kind == test[0].kind and is_look(test[0].seen, opening.seen)
