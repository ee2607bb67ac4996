"""When a study has had enough: pure functions of the records that the schedule shows, whatever came in first."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tunewright.core.errors import ConfigError
from tunewright.core.space import Space
from tunewright.search.course import Settled
from tunewright.search.records import TrialRecord


@dataclass(frozen=True)
class StopRules:
    """What ends a study before its trials are done, whichever comes first; None or False for what does not apply.

    target: a score to reach. no_improvement: trials in a row, failed ones aside, that are no better than the best
    before them, in the score or at an equal one in the second objective. seconds: time spent searching, in all sessions
    together (the one rule that depends on the machine). regret: stop when what the search could still win is likely
    less than the noise of the best score.
    """

    target: float | None = None
    no_improvement: int | None = None
    seconds: float | None = None
    regret: bool = False

    def __post_init__(self) -> None:
        for name, expected, least in (
            ("no_improvement", "a whole number from 1", 1),
            ("seconds", "a time from 0", 0),
            ("target", "a number", None),
        ):
            given = getattr(self, name)
            if given is None:
                continue
            number = isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given)
            fits = number and (least is None or given >= least)
            if not fits or (name == "no_improvement" and given != int(given)):
                raise ConfigError(f"stop.{name}: expected {expected}, found {given!r}")


def reached(rules: StopRules, settled: Settled, known: Sequence[TrialRecord], space: Space) -> str | None:
    """Why no further trial is to start, as far as the finished trials `known` tell; None where one is.

    known: records 0 .. n - lag, where trial n is asked for. So a rule takes effect up to lag - 1 trials after the trial
    that meets it, for one worker as for many. settled: what they amount to.
    """
    leader = settled.leader
    if leader is None:
        return None
    if rules.target is not None and leader.score is not None and leader.score <= rules.target:
        return f"trial {leader.number} reached the target: {leader.score:.6g} is at most {rules.target:.6g}"
    if rules.no_improvement is not None and settled.since >= rules.no_improvement:
        return f"no trial was better than trial {leader.number} in {settled.since} trials after it"
    if not rules.regret:
        return None
    from tunewright.search.regret import little_left  # loads NumPy, and a Gaussian process

    return little_left(known, space)


def out_of_time(rules: StopRules, records: Sequence[TrialRecord], now: float) -> str | None:
    """Why no further trial is to start at the Unix time `now`; None where one is."""
    if rules.seconds is None or (spent := searched_seconds(records, now)) < rules.seconds:
        return None
    return f"the study has searched for {spent:.0f} s of the {rules.seconds:.0f} s it was given"


def searched_seconds(records: Sequence[TrialRecord], now: float) -> float:
    """Seconds in which at least one trial was under way, over all sessions. Those without an end run until `now`."""
    spans = sorted(
        (record.began, now if record.ended is None else record.ended) for record in records if record.began is not None
    )
    total, reach = 0.0, float("-inf")
    for began, ended in spans:
        total += max(0.0, ended - max(began, reach))
        reach = max(reach, ended)
    return total
