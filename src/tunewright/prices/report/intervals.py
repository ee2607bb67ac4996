"""`intervals` in results.json, as frozen values, and the section of the page that tells of them."""

from dataclasses import dataclass
from typing import Literal

from tunewright.prices.report.outcome import Statistic
from tunewright.report.tables import row, section, table, text
from tunewright.report.values import Number
from tunewright.report.words import number, probability, share

NAMES = {"constant": "Constant width", "scaled": "Scaled by volatility", "adaptive": "Adapting to misses"}
REGIMES = ("calm", "middling", "wild")
HELD_HINT = (
    "Held: the share of sealed days inside the interval, of all days and of those whose forecast was made in a calm, "
    "middling or wild market, each a third of the rows before the test by their moving volatility. Width: in shares "
    "of the forecast. Pinball and CRPS: losses of the quantiles in log {}, so 0.01 is about 1 %; low is good."
)
TESTS_HINT = (
    "Promise: tests of the share held, on all days and on the wild ones, that let days depend on each other and count "
    "from how few errors the interval was made. The sentence above goes by them and by independence, with the p "
    "values corrected for their number. Kupiec, independence and both (Christoffersen 1998) take the interval as "
    "given, and are defined one day ahead alone; Kupiec and both take days as independent, too, and call a promise "
    "broken too often."
)


@dataclass(frozen=True)
class Christoffersen:
    unconditional: Statistic
    independence: Statistic
    conditional: Statistic


@dataclass(frozen=True)
class Level:
    """promised, held: shares of days. by_regime: likewise, None without such days. width: in shares of the forecast."""

    promised: float
    held: float
    by_regime: dict[str, Number]
    width: float
    pinball: float
    test: Statistic
    wild: Statistic | None
    christoffersen: Christoffersen | None


@dataclass(frozen=True)
class Way:
    crps: float
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Ends:
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class DrawnDays:
    """The last sealed days, for the figure: actual value and ends in shares of the forecast, all of one length."""

    promised: float
    dates: tuple[str, ...]
    actual: tuple[float, ...]
    ends: dict[str, Ends]

    def __post_init__(self) -> None:
        lengths = {len(self.actual), *(len(end) for one in self.ends.values() for end in (one.low, one.high))}
        if not self.dates or lengths != {len(self.dates)}:
            raise ValueError(f"needs as many values as its {len(self.dates)} dates; has {sorted(lengths)}")


@dataclass(frozen=True)
class Intervals:
    """ways: by name, as in NAMES. sentence: which of them held its promise."""

    days: int
    days_left_out: int
    learnt_from: int
    ways: dict[Literal["constant", "scaled", "adaptive"], Way]
    sentence: str
    drawn: DrawnDays


def interval_section(intervals: Intervals, *, value: str, figure: str) -> str:
    """value: what was forecast, in one word. figure: HTML."""
    return section(
        "intervals",
        "How sure is one forecast?",
        f"<p>{text(intervals.sentence)}</p>",
        held_table(intervals),
        f'<p class="hint">{text(f"{made_of(intervals)} {HELD_HINT.format(value)}")}</p>',
        figure,
        tests_table(intervals),
        f'<p class="hint">{text(TESTS_HINT)}</p>',
    )


def made_of(intervals: Intervals) -> str:
    """How the intervals were made."""
    left = f"; {intervals.days_left_out:,} sealed days have none" if intervals.days_left_out else ""
    scaled = "Scaled by volatility: in units of the moving volatility known when each forecast was made. "
    return (
        f"Made of the {intervals.learnt_from:,} errors of the winner in validation, before the sealed test "
        f"opened{left}. {scaled if 'scaled' in intervals.ways else ''}Adapting: likewise, but each miss widens the "
        "next one and each day that is held narrows it."
    )


def held_table(intervals: Intervals) -> str:
    """What each interval held, how wide it was, and its losses."""
    head = (
        "Interval",
        "Promised",
        "Held",
        *(f"{one.capitalize()} days" for one in REGIMES),
        "Width",
        "Pinball",
        "CRPS",
    )
    rows = (
        row(
            text(NAMES[name]),
            (
                f"{100 * level.promised:.0f} %",
                share(level.held),
                *(share(level.by_regime.get(regime)) for regime in REGIMES),
                share(level.width),
                number(level.pinball, digits=3),
                number(way.crps, digits=3),
            ),
        )
        for name, way in intervals.ways.items()
        for level in way.levels
    )
    return table(head, rows, label="Intervals of the forecast")


def tests_table(intervals: Intervals) -> str:
    """The p of every test of coverage; a dash where a test is not defined."""
    head = ("Interval", "Promised", "Promise", "Promise on wild days", "Kupiec", "Independence", "Both")
    rows = (
        row(text(NAMES[name]), (f"{100 * level.promised:.0f} %", *map(_p, _tests(level))))
        for name, way in intervals.ways.items()
        for level in way.levels
    )
    return table(head, rows, label="Tests of the intervals")


def _tests(level: Level) -> tuple[Statistic | None, ...]:
    one_day = level.christoffersen
    classic = (one_day.unconditional, one_day.independence, one_day.conditional) if one_day else (None, None, None)
    return (level.test, level.wild, *classic)


def _p(test: Statistic | None) -> str:
    return "-" if test is None else text(probability(test.p))
