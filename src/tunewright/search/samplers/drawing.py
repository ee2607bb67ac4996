"""Which trials of a study were drawn at random, whatever came out of those before them."""

from collections.abc import Sequence

from tunewright.search.records import TrialRecord

LEARNING = ("tpe", "gp", "cmaes")
"""Samplers that learn from results, once there are enough of them."""


def drawn_at_random(
    sampler: str, records: Sequence[TrialRecord], *, given: int, startup: int, lag: int
) -> tuple[TrialRecord, ...]:
    """Those of `records` that a sampler of this name drew at random, in the order of their numbers.

    given: how many configurations the study was told to start with. Trial n sees n - lag + 1 results
    (`schedule.known`), and samplers that learn draw at random as long as these are fewer than `startup`. Trials that
    they drew at random later on, as so many of the first ones failed, are not counted.
    """
    drawn = [record for record in records if record.number >= given]
    if sampler in LEARNING:
        return tuple(record for record in drawn if record.number - lag + 1 < startup)
    return tuple(drawn) if sampler == "random" else ()
