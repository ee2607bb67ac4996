import pickle

import numpy as np
import pytest

from tunewright.core.errors import DataError
from tunewright.prices.data.synthetic import random_walk
from tunewright.prices.data.table import PriceTable, concat


def small(**columns: list[float]) -> PriceTable:
    dates = np.array(["2024-01-02", "2024-01-03", "2024-01-04"], dtype="datetime64[D]")
    chosen = columns or {"close": [1.0, 2.0, 3.0], "volume": [5.0, 0.0, 7.0]}
    return PriceTable(dates, {name: np.array(values) for name, values in chosen.items()})


def test_keeps_read_only_copies_in_canonical_order() -> None:
    close = np.array([1.0, 2.0, 3.0])
    dates = np.array(["2024-01-02", "2024-01-03", "2024-01-04"], dtype="datetime64[D]")
    table = PriceTable(dates, {"volume": close, "close": close})
    close[0] = 9.0
    assert list(table.columns) == ["close", "volume"]
    assert table.close[0] == 1.0
    for values in (table.dates, *table.columns.values()):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = values[1]
    with pytest.raises(TypeError):
        table.columns["close"] = close  # type: ignore[index]


def test_head_cannot_reach_what_comes_after() -> None:
    head = small().head(2)
    assert len(head) == 2
    for values in (head.dates, *head.columns.values()):
        assert values.base is None
        assert values.nbytes == 16


def test_rows_takes_a_half_open_range_and_refuses_others() -> None:
    table = small()
    assert table.rows(1, 3).close.tolist() == [2.0, 3.0]
    assert table.rows(0, 3) == table
    for start, stop in ((0, 4), (-1, 2), (2, 1)):
        with pytest.raises(IndexError, match="of a table of 3 rows"):
            table.rows(start, stop)


def test_fingerprint_sees_every_bit_and_every_name() -> None:
    table = small()
    assert table.fingerprint() == small().fingerprint()
    others = [
        small(close=[1.0, 2.0, np.nextafter(3.0, 4.0)], volume=[5.0, 0.0, 7.0]),
        small(close=[1.0, 2.0, 3.0], open=[5.0, 0.0, 7.0]),
        small(close=[1.0, 2.0, 3.0]),
        table.head(2),
        PriceTable(table.dates + 1, table.columns),
    ]
    prints = {other.fingerprint() for other in [table, *others]}
    assert len(prints) == 6
    assert table != others[0]
    assert hash(table) == hash(small())


def test_json_and_pickle_round_trip_exactly() -> None:
    table = random_walk(50, 3)
    assert PriceTable.from_json(table.to_json()) == table
    copy = pickle.loads(pickle.dumps(table))
    assert copy == table
    assert not copy.close.flags.writeable


def test_from_json_says_what_is_wrong() -> None:
    with pytest.raises(DataError, match="stored price table cannot be read"):
        PriceTable.from_json({"close": [1.0]})


def test_concat_joins_what_follows_and_refuses_the_rest() -> None:
    table = small()
    assert concat(table.head(1), table.rows(1, 3)) == table
    with pytest.raises(DataError, match="found 2024-01-03 after 2024-01-03"):
        concat(table.head(2), table.rows(1, 3))
    with pytest.raises(DataError, match="expected the same columns, found close, volume and close"):
        concat(table, small(close=[1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"open": [1.0, 2.0, 3.0]}, "takes 'close' and any of"),
        ({"close": [1.0, 2.0, 3.0], "price": [1.0, 2.0, 3.0]}, "takes 'close' and any of"),
        (
            {"close": [1.0, 0.0, 3.0]},
            "column 'close' on 2024-01-03: expected a finite price above zero, found 0.0",
        ),
        ({"close": [1.0, 2.0, 3.0], "open": [1.0, 2.0, float("nan")]}, "column 'open' on 2024-01-04"),
        ({"close": [1.0, 2.0]}, "one value per date"),
    ],
)
def test_refuses_what_is_no_clean_table(columns: dict[str, list[float]], message: str) -> None:
    with pytest.raises(DataError, match=message):
        small(**columns)


def test_refuses_a_missing_date() -> None:
    with pytest.raises(DataError, match="found one missing"):
        PriceTable(np.array(["2024-01-02", "NaT"], dtype="datetime64[D]"), {"close": np.array([1.0, 2.0])})
