"""Walk-forward folds: train on the past, validate on what came next, never the other way round.

    rows  0 ........................................ n
    0     [== train ==]·[val]
    1     [===== train =====]·[val]
    2     [========= train =========]·[val]           · = gap

A row belongs to a fold by its *target* (the day that is forecast). Windows reach back over earlier rows, which is
what a forecaster knows on the day. The gap keeps the last training labels from overlapping the first validation window.
"""

from dataclasses import dataclass
from typing import Literal

from tunewright.core.errors import ConfigError


@dataclass(frozen=True)
class Rows:
    """Row numbers from `start` up to but not including `stop`."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.stop:
            raise ValueError(f"0 <= start <= stop must hold, found start = {self.start}, stop = {self.stop}")

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Fold:
    """One train/validation pair, as row numbers of the development part."""

    number: int
    train: Rows
    validation: Rows


@dataclass(frozen=True)
class WalkForward:
    """How the development part is cut.

    folds: number of folds, at least 1. validation_fraction: share of the development rows that is validated on, all
    folds together. gap: rows left out between training and validation, at least the horizon. scheme: `expanding` trains
    on everything before; `rolling` on as many rows as the first fold has.
    """

    folds: int = 3
    validation_fraction: float = 0.5
    gap: int = 1
    scheme: Literal["expanding", "rolling"] = "expanding"

    def cut(self, rows: int) -> tuple[Fold, ...]:
        """Folds over `rows` development rows. Raises ConfigError where a part would be empty."""
        size, first, window = self._sizes(rows)
        if size < 1 or window < 1:
            raise ConfigError(
                f"{rows} development rows cannot be cut into {self.folds} folds with a gap of {self.gap}: "
                "use fewer folds or more data"
            )
        return tuple(self._fold(number, first + number * size, size) for number in range(self.folds))

    def final(self, rows: int) -> Rows:
        """The rows that the final model is trained on: the same scheme and the same gap, before the sealed test."""
        stop = rows - self.gap
        _, _, window = self._sizes(rows)
        return Rows(0 if self.scheme == "expanding" else max(0, stop - window), stop)

    def _sizes(self, rows: int) -> tuple[int, int, int]:
        """Rows of one validation part, the row where the first begins, rows of the first training part."""
        size = int(rows * self.validation_fraction) // self.folds
        first = rows - size * self.folds
        return size, first, first - self.gap

    def _fold(self, number: int, start: int, size: int) -> Fold:
        stop = start - self.gap
        begin = 0 if self.scheme == "expanding" else number * size
        return Fold(number, train=Rows(begin, stop), validation=Rows(start, start + size))
