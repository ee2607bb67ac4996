"""Seeds, exact text, atomic files and spaces."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tunewright.core.codec import canonical, digest, write_atomically
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Real, Space

floats = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | floats | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(values)
def test_the_canonical_text_survives_json(value: object) -> None:
    assert canonical(json.loads(json.dumps(value))) == canonical(value)  # type: ignore[arg-type]


@given(floats, floats)
def test_digests_are_equal_exactly_when_floats_are(left: float, right: float) -> None:
    assert (digest([left]) == digest([right])) == (left.hex() == right.hex())


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"a": 1, "b": 2.0}) == canonical({"b": 2.0, "a": 1})


def test_a_stream_depends_on_its_path_alone() -> None:
    tree = SeedTree(7)
    assert tree.child("trial", 1).integer("x") == SeedTree(7, ("trial", 1)).integer("x")
    paths: list[tuple[str | int, ...]] = [("trial", 1), ("trial", "1"), ("trial1",), ("trial", 11), ("trial", 1, 1)]
    assert len({tree.child(*path).integer("x") for path in paths}) == len(paths)
    assert SeedTree(8).integer("x") != tree.integer("x")
    assert all(0 <= tree.integer(number, bits=31) < 2**31 for number in range(100))


def test_a_failed_write_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomically(path, "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunFolderError, match="No space left on device; make room"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


SPACE = Space({"a": Integer(2, 8, 3), "b": Real(0.0, 0.5, 0.1), "c": Choice(("x", "y"))})


def test_a_grid_has_every_point_once() -> None:
    points = [tuple(point.values()) for point in SPACE.grid()]
    assert len(points) == len(set(points)) == SPACE.grid_size() == 3 * 6 * 2
    assert all(point in SPACE for point in SPACE.grid())
    assert points[:3] == [(2, 0.0, "x"), (2, 0.0, "y"), (2, 0.1, "x")]


@pytest.mark.parametrize(
    "params",
    [{"a": 3, "b": 0.1, "c": "x"}, {"a": 2, "b": 0.15, "c": "x"}, {"a": 2, "b": 0.1, "c": "z"}, {"a": 2}, {"a": True}],
)
def test_what_is_outside_the_space(params: dict[str, object]) -> None:
    assert params not in SPACE  # type: ignore[operator]


def test_a_continuous_range_has_no_grid() -> None:
    with pytest.raises(ConfigError, match="grid search cannot use 'rate': a range without a step has no finite grid"):
        Space({"rate": Real(0.1, 1.0, log=True)}).grid_size()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Integer(3, 2),
        lambda: Integer(0, 8, log=True),
        lambda: Integer(1, 8, 3),
        lambda: Real(0.0, float("inf")),
        lambda: Real(-1e308, 1e308),
        lambda: Real(0.0, 1.0, 1e-13),
        lambda: Real(0.0, 1e9, 1e-8),
        lambda: Real(0.0, 1.0, 5e-324),
        lambda: Integer(0, 2**53 + 1),
        lambda: Integer(-(10**400), 0),
        lambda: Real(1.0, 2.0, 0.1, log=True),
        lambda: Choice(()),
        lambda: Choice((1, 1)),
    ],
)
def test_an_empty_range_is_refused(make: object) -> None:
    with pytest.raises(ConfigError):
        make()  # type: ignore[operator]
