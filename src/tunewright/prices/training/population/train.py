"""Many trainings at once: the reference loop's, a row of a stack each."""

from collections.abc import Callable, Sequence

import torch

from tunewright.core.errors import TrialFailure
from tunewright.core.threads import threads
from tunewright.prices.training.population.course import Course
from tunewright.prices.training.population.member import Member, Outcome
from tunewright.prices.training.population.seat import Seat

_MOST_NUMBERS = 1 << 30
"""That the backward pass of a stack needs, 4 GiB: more members are trained in several stacks, one after another."""


def fit_population(
    members: Sequence[Member],
    *,
    device: str | torch.device = "cpu",
    most_numbers: int = _MOST_NUMBERS,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Outcome]:
    """Train all members; the outcomes are in their order. What a member comes to depends on nobody else, but for the
    rounding of matrix products.

    What a member's observer raises is that member's outcome, and the others go on; so is TrialFailure where its loss is
    no longer a number, or its spec cannot be built. Only what is no Exception, as Ctrl-C, ends them all.

    stopped: asked between batches; from then on every member that is left has failed.
    """
    outcomes: dict[int, Outcome] = {}
    seated: dict[Seat, int] = {}
    with threads(1):
        for number, member in enumerate(members):
            try:
                seated[Seat(member)] = number
            except Exception as error:  # the member's own, whatever it is
                outcomes[number] = error
        for seats in _stacks(list(seated), most_numbers):
            for seat, outcome in Course(seats, torch.device(device)).run(stopped):
                outcomes[seated[seat]] = outcome
    return [outcomes.get(number) or TrialFailure("it was stopped") for number in range(len(members))]


def _stacks(seats: Sequence[Seat], most_numbers: int) -> list[list[Seat]]:
    """Those that can be stacked together, as many as memory holds."""
    alike: dict[object, list[Seat]] = {}
    for seat in seats:
        alike.setdefault(seat.key, []).append(seat)
    return [
        some[start : start + count]
        for some in alike.values()
        for count in [max(1, most_numbers // max(seat.numbers for seat in some))]
        for start in range(0, len(some), count)
    ]
