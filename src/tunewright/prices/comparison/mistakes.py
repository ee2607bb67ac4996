"""The well-known mistakes of forecasting studies, for the recipe `leakage-ladder` alone.

Each takes an honest lesson and returns the lessons of somebody who makes this one mistake and no other. Only
`experiment.comparison.ladder` may import this module: a contract in pyproject.toml guards that.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from tunewright.prices.comparison.lessons import Array, Lesson
from tunewright.prices.data.table import PriceTable
from tunewright.prices.preparation.folds import Rows

Mistake: TypeAlias = Callable[[Lesson, int], tuple[Lesson, ...]]
"""lesson, seed -> lessons whose scored days together are those of the lesson, as far as they can be scored."""

SMOOTHED = 5
"""Rows of the centred moving average."""


def honest(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """No mistake."""
    return (lesson,)


def whole_series_scaler(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """The scalers are fitted on all rows before the data is split.

    Wrong because mean, spread, minimum and maximum of the days to forecast are not known when the model is trained: a
    price that later rises to new highs is told to the model by its scale.
    """
    return (replace(lesson, fitted=Rows(0, len(lesson.table))),)


def random_split(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """Windows are shuffled before the split: half of the days to forecast, drawn at random, are trained on as well.

    Wrong because windows overlap: a day to forecast lies inside the windows of trained days after it, so the model has
    seen its price among the inputs and those of its neighbours as targets. Here each half is scored by a model that
    trained on the other.
    """
    order = np.random.default_rng(seed).permutation(len(lesson.scored))
    halves = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    return tuple(
        replace(
            lesson,
            train=np.concatenate([lesson.train, lesson.scored[trained]]),
            scored=lesson.scored[scored],
            places=lesson.places[scored],
        )
        for scored, trained in (halves, halves[::-1])
    )


def stopping_on_test(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """The epoch is chosen on the days that are scored.

    Wrong because the best of many epochs on these days is best partly by their luck, which will not come again. The
    honest lesson chooses on the last training rows.
    """
    return (replace(lesson, stopping=lesson.scored),)


def same_day_column(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """High and low of the day to forecast are among the inputs, as the last close's distance to them.

    Wrong because they are known only when that day is over, and so is its close. The same happens with any other
    series that is joined by its date without a lag.
    """
    horizon, columns, close = lesson.preparation.horizon, dict(lesson.table.columns), lesson.table.close
    names = tuple(f"custom.target_day_{name}" for name in ("high", "low"))
    for name, source in zip(names, ("high", "low"), strict=True):
        ahead = np.log(columns[source][horizon:] / close[:-horizon])
        columns[name] = np.concatenate([ahead, np.zeros(horizon)])  # rows that are the origin of no forecast
    table = PriceTable(lesson.table.dates, columns)
    preparation = replace(lesson.preparation, features=(*lesson.preparation.features, *names))
    return (replace(lesson, table=table, preparation=preparation),)


def newest_first(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """The rows stand newest first, as many sites export them, and nobody sorts them.

    Wrong because each window then holds the days after the one to forecast: yesterday is predicted from tomorrow, and
    tomorrow's open, high and low tell where today closed. The last days, which have no later rows, are not scored.
    """
    rows, table = len(lesson.table), lesson.table
    turned = PriceTable(table.dates, {name: values[::-1] for name, values in table.columns.items()})
    train, stopping, scored = (rows - 1 - days for days in (lesson.train, lesson.stopping, lesson.scored))
    enough = scored >= lesson.first
    return (
        replace(
            lesson,
            table=turned,
            fitted=Rows(rows - lesson.fitted.stop, rows - lesson.fitted.start),
            train=train,
            stopping=stopping,
            scored=scored[enough],
            places=lesson.places[enough],
        ),
    )


def smoothed_series(lesson: Lesson, seed: int) -> tuple[Lesson, ...]:
    """All columns, the target's too, are smoothed by a centred moving average of `SMOOTHED` rows.

    Wrong twice: the average of a day holds the days after it, and what is forecast is no longer a price that anybody
    could trade at, but a line that is easy to continue.
    """
    columns = {name: _centred_mean(values) for name, values in lesson.table.columns.items()}
    return (replace(lesson, table=PriceTable(lesson.table.dates, columns)),)


def _centred_mean(values: Array) -> Array:
    """Over as many of the rows around each as there are, at the ends fewer."""
    window = np.ones(SMOOTHED)
    summed: Array = np.convolve(values, window, mode="same") / np.convolve(np.ones(len(values)), window, mode="same")
    return summed


MISTAKES: Mapping[str, Mistake] = MappingProxyType(
    {
        mistake.__name__: mistake
        for mistake in (
            honest, whole_series_scaler, random_split, stopping_on_test, same_day_column, newest_first, smoothed_series
        )
    }
)  # fmt: skip
"""By name; `honest`, what they are compared with, is the first."""
