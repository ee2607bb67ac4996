"""Grid search by an enumeration of our own: every point once, and a failed one up to three times."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tunewright.core.errors import ConfigError
from tunewright.core.space import Space, Value
from tunewright.search.records import State, TrialRecord

LARGEST_GRID = 100_000
TRIES = 3


@dataclass(frozen=True)
class GridSampler:
    """The points in their order, then those that failed, the least tried first, each up to `TRIES` times in all.

    All of this is read off the history. A point whose last try is not in sight yet counts as done.
    """

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        names = tuple(space.parameters)
        tried = Counter(tuple(map(record.params.get, names)) for record in history)
        for point in space.grid():
            if tuple(map(point.get, names)) not in tried:
                return point
        # Only a finished failure leaves a point open: a success closes it, and a try under way may become one.
        closed = {tuple(map(trial.params.get, names)) for trial in history if trial.state is not State.FAILED}
        failed = {key: times for key, times in tried.items() if key not in closed and times < TRIES}
        return min(_points(space, failed), key=lambda found: found[0], default=(0, None))[1]


def _points(space: Space, tries: dict[tuple[Value | None, ...], int]) -> Iterator[tuple[int, dict[str, Value]]]:
    for point in space.grid() if tries else ():
        times = tries.get(tuple(map(point.get, space.parameters)))
        if times is not None:
            yield times, point


def check_grid(space: Space) -> int:
    """The number of points. Raises ConfigError where a range has no step or the grid is too large."""
    size = space.grid_size()
    if size > LARGEST_GRID:
        raise ConfigError(
            f"the grid has {size:,} points, at most {LARGEST_GRID:,} can be searched one by one; "
            "take larger steps or fewer choices, or another sampler"
        )
    return size
