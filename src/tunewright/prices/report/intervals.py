"""`intervals` in results.json, as frozen values, and the section of the page that tells of them."""

from dataclasses import dataclass
from typing import Literal

from tunewright.prices.report.outcome import Statistic
from tunewright.report.tables import row, section, table, text
from tunewright.report.values import Number
from tunewright.report.words import number, probability, share

NAMES = {"constant": "Constant width", "scaled": "Scaled by volatility", "adaptive": "Adapting to misses"}
REGIMES = ("calm", "middling", "wild")
HINT = (
    "Held: the share of sealed days inside the interval, of all days and of those whose forecast was made in a calm, "
    "middling or wild market, each a third of the rows before the test by their moving volatility. Width: in shares "
    "of the forecast. Pinball and CRPS: losses of the quantiles in log {}, so 0.01 is about 1 %; low is good. "
    "Promise, and promise when wild: tests of the share held, on all days and on the wild ones, that let days depend "
    "on each other and count from how few errors the interval was made; the sentence above goes by them and by "
    "independence, with all p values corrected for their number. Kupiec, independence and both (Christoffersen 1998) "
    "take the interval as given, and are defined one day ahead alone; the first and the last take days as independent "
    "too, and call a promise broken too often."
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
        interval_table(intervals),
        f'<p class="hint">{text(said(intervals, value))}</p>',
        figure,
    )


def said(intervals: Intervals, value: str) -> str:
    """How the intervals were made, and what the table's columns mean."""
    left = f"; {intervals.days_left_out:,} sealed days have none" if intervals.days_left_out else ""
    scaled = "Scaled by volatility: in units of the moving volatility known when each forecast was made. "
    return (
        f"Made of the {intervals.learnt_from:,} errors of the winner in validation, before the sealed test "
        f"opened{left}. {scaled if 'scaled' in intervals.ways else ''}Adapting: a miss widens the next, a day that is "
        f"held narrows it. {HINT.format(value)}"
    )


def interval_table(intervals: Intervals) -> str:
    head = (
        "Interval",
        "Promised",
        "Held",
        *(f"{one.capitalize()} days" for one in REGIMES),
        "Width",
        "Pinball",
        "CRPS",
    )
    tests = ("Promise", "Promise when wild", "Kupiec", "Independence", "Both")
    rows = [
        row(text(NAMES[name]), _cells(level, way.crps)) for name, way in intervals.ways.items() for level in way.levels
    ]
    return table([*head, *tests], rows, label="Intervals of the forecast")


def _cells(level: Level, crps: float) -> tuple[str, ...]:
    tests = level.christoffersen
    classic = (tests.unconditional.p, tests.independence.p, tests.conditional.p) if tests else ()
    return (
        f"{100 * level.promised:.0f} %",
        share(level.held),
        *(share(level.by_regime.get(name)) for name in REGIMES),
        share(level.width),
        number(level.pinball, digits=3),
        number(crps, digits=3),
        probability(level.test.p),
        probability(level.wild.p) if level.wild else "-",
        *(map(probability, classic) if tests else ("-",) * 3),
    )
