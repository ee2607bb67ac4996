"""What `tune` may be given comes to the readers unchanged, and search spaces come to [space] unchanged."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import ConfigError
from tunewright.core.parameters import Choice, Integer, Real
from tunewright.core.shorthand import to_space
from tunewright.core.space import Space
from tunewright.experiment.sections import ParameterSettings, space_of
from tunewright.front.given import source_of
from tunewright.front.spaces import as_tables
from tunewright.images.data.read import read_images
from tunewright.prices.data.source import read_source

DAYS = pd.bdate_range("2020-01-01", periods=40)


def walk() -> "pd.Series[float]":
    steps = np.random.default_rng(0).normal(scale=0.01, size=len(DAYS))
    return pd.Series(100 * np.exp(steps.cumsum()), DAYS, name="Close")


FRAMES: dict[str, Any] = {
    "a series": lambda close: close,
    "a series without a name": lambda close: close.rename(None),
    "dates as the index": lambda close: close.to_frame(),
    "a named index": lambda close: close.to_frame().rename_axis("Date"),
    "a zone": lambda close: close.to_frame().tz_localize("America/New_York"),
    "dates in a column": lambda close: close.rename_axis("Date").reset_index(),
    "dates as text": lambda close: close.rename_axis("date").reset_index().astype({"date": str}),
    "some rows of a table": lambda close: (
        close.rename_axis("Date").reset_index().iloc[[*range(1, 40), 0]].sort_values("Date")
    ),
    "the index is a column, too": lambda close: close.rename_axis("Date").reset_index().set_index("Date", drop=False),
    "newest first": lambda close: close.to_frame()[::-1],
    "columns of two levels": lambda close: pd.concat({("Close", "ABC"): close, ("Volume", "ABC"): close // 1}, axis=1),
    "adjusted": lambda close: pd.DataFrame({"Close": close}),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_is_read_as_it_is(name: str, tmp_path: Path) -> None:
    close = walk()
    source = source_of(FRAMES[name](close), lambda: tmp_path / "data")
    table, _ = read_source(source)
    assert table.dates.astype("datetime64[ns]").tolist() == DAYS.to_numpy("datetime64[ns]").tolist()
    assert table.close.tolist() == close.tolist(), "to the last bit"


@settings(max_examples=20)
@given(st.lists(st.floats(1, 1000), min_size=2, max_size=30, unique=True))
def test_prices_keep_every_bit(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    close = pd.Series(values, pd.bdate_range("2020-01-01", periods=len(values)))
    folder = tmp_path_factory.getbasetemp() / "bits"
    table, _ = read_source(source_of(close, lambda: folder))
    assert table.close.tolist() == values


def test_equal_tables_are_one_file_and_others_another(tmp_path: Path) -> None:
    one, same, other = (source_of(close, lambda: tmp_path) for close in (walk(), walk(), walk() + 1))
    assert one == same != other
    assert len(list(tmp_path.iterdir())) == 2


def test_arrays_of_images_are_read_as_they_are(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)
    labels = np.array(["cat", "dog"] * 10, dtype=object)
    read = read_images(source_of((images, labels), lambda: tmp_path))[0]
    assert np.array_equal(read.images.transpose(0, 2, 3, 1), images)
    assert [read.classes[label] for label in read.labels] == list(labels)


@pytest.mark.parametrize("path", ["prices.csv", Path("prices.csv"), "builtin:sp500"])
def test_a_path_is_left_as_it_is(path: Any) -> None:
    assert source_of(path, lambda: pytest.fail("nothing is written")) == str(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (5, "data: expected a path, builtin:NAME, a DataFrame or Series of prices, or a pair (images, labels) of "
            "arrays, found int"),
        ((1, 2, 3), "or a pair (images, labels) of arrays, found tuple"),
        (([[1, 2], [3]], [0, 1]), "data: "),
        ((np.array([{}], dtype=object), [0]), "data: expected images of one shape and kind, found objects"),
    ],
)  # fmt: skip
def test_anything_else_is_refused(data: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        source_of(data, lambda: tmp_path)
    assert said in str(refused.value)


NUMBERS = st.one_of(st.integers(1, 100), st.floats(1e-3, 100))
ENTRIES = st.one_of(
    st.tuples(NUMBERS, NUMBERS).map(lambda ends: tuple(sorted(ends))),
    st.lists(st.one_of(st.integers(), st.text(min_size=1)), min_size=1, max_size=5, unique=True),
    st.builds(lambda low, more, log: Real(low, low + more, log=log), st.floats(0.1, 9), st.floats(0, 9), st.booleans()),
    st.builds(lambda low, steps, step: Integer(low, low + steps * step, step), st.integers(-(2**53), 2**53 - 45),
              st.integers(0, 9),
              st.integers(1, 5)),
    st.lists(st.booleans(), min_size=1, max_size=2, unique=True).map(lambda values: Choice(tuple(values))),
)  # fmt: skip


def read_again(tables: dict[str, Any], space: Space) -> Space:
    known = {name: ParameterSettings.model_validate(table) for name, table in tables.items()}
    return space_of(known, whole=lambda name, given: isinstance(space.parameters[name], Integer))


@given(st.dictionaries(st.text(min_size=1), ENTRIES, min_size=1, max_size=5))
def test_a_space_is_the_same_in_an_experiment(entries: dict[str, Any]) -> None:
    space = to_space(entries)
    assert read_again(as_tables(entries), space) == space


def test_conditions_go_along() -> None:
    space = Space({"layers": Integer(1, 3), "units": Choice((8, 16))}, {"units": {"layers": (2, 3)}})
    assert read_again(as_tables(space), space) == space
    table = {"low": 1e-4, "high": 1e-2, "log": True, "when": {"layers": [1]}}
    assert as_tables({"layers": (1, 2), "rate": table}) == {
        "layers": {"low": 1, "high": 2, "log": False},
        "rate": table,
    }


def test_a_range_of_whole_numbers_has_no_steps_for_a_key_of_real_ones() -> None:
    given = ParameterSettings.model_validate(as_tables({"dropout": (0, 1)})["dropout"])
    assert given.parameter(whole=False) == Real(0.0, 1.0)
