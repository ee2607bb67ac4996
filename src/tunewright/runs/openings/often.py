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
    """Those of two different forecasts or more. An opening that is a look at several joins them to one, so that the
    order of the ledger does not matter."""
    tests: list[list[Opening]] = []
    for opening in ledger:
        joined = [place for place, test in enumerate(tests) if any(_together(opening, one) for one in test)]
        members = [one for place in joined for one in tests[place]]
        again = any(same_forecast(opening.seen, one.seen) for one in members)
        first = joined[0] if joined else len(tests)
        tests = [test for place, test in enumerate(tests) if place not in joined]
        tests.insert(first, members if again else [*members, opening])
    return [SealedTest(tuple(test)) for test in tests if len(test) > 1]


def _together(one: Opening, other: Opening) -> bool:
    return one.kind == other.kind and (is_look(one.seen, other.seen) or is_look(other.seen, one.seen))
