"""A study in a storage belongs to its function: to the code, and to the values that the function works with."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tunewright as tw
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.functions.identity import Untold, identity_of

SPACE = {"x": (-2.0, 2.0)}
Function = Callable[[dict[str, Any]], float]


def closing_over(value: Any) -> Function:
    return lambda params: params["x"] * float(bool(value))


def of(source: str, **names: Any) -> Function:
    """The function `f` that this source defines, as a notebook's cell does."""
    names["__name__"] = "notebook"
    exec(source, names)
    found: Function = names["f"]
    return found


@dataclass
class Goal:
    at: float

    def __call__(self, params: dict[str, Any]) -> float:
        return float(params["x"]) - self.at

    def score(self, params: dict[str, Any]) -> float:
        return float(params["x"]) + self.at


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(plain, plain)
def test_functions_that_close_over_other_values_are_others(one: Any, other: Any) -> None:
    same = repr(one) == repr(other)
    assert (identity_of(closing_over(one)) == identity_of(closing_over(other))) is same


@pytest.mark.parametrize(
    "edited",
    [
        "def f(p): return p['x'] + 2",
        "def f(p): return p['x'] - 1",
        "def f(p, *, k=1): return p['x'] + 1",
        "f = lambda p: [p['x'] + 1 for _ in range(1)][0]",
        "K = 2\ndef f(p): return p['x'] + K",
        "def helper(x): return x + 2\ndef f(p): return helper(p['x'])",
    ],
)
def test_an_edited_function_is_another_one(edited: str) -> None:
    first = "K = 1\ndef helper(x): return x + 1\n"
    bodies = {
        "K = 2": f"{first}def f(p): return p['x'] + K",
        "def helper": f"{first}def f(p): return helper(p['x'])",
    }
    before = next((body for start, body in bodies.items() if edited.startswith(start)), "def f(p): return p['x'] + 1")
    assert identity_of(of(edited)) != identity_of(of(before))
    assert identity_of(of(f"# a remark\n\n\n{before}")) == identity_of(of(before))


def test_what_a_function_is_made_of_counts() -> None:
    base = lambda params, scale=1.0: params["x"] * scale  # noqa: E731
    pairs: list[tuple[Function, Function]] = [
        (functools.partial(base, scale=2.0), functools.partial(base, scale=3.0)),
        (Goal(1.0), Goal(2.0)),
        (Goal(1.0).score, Goal(2.0).score),
        (closing_over(np.arange(3)), closing_over(np.arange(4))),
        (closing_over(math.sin), closing_over(math.cos)),
        (closing_over(base), closing_over(closing_over(1))),
    ]
    for one, other in pairs:
        assert identity_of(one) == identity_of(one)
        assert identity_of(one) != identity_of(other)


def test_a_function_that_calls_itself_has_an_end() -> None:
    def down(params: dict[str, Any]) -> float:
        return 0.0 if params["x"] < 0 else down({"x": params["x"] - 1})

    assert identity_of(down) == identity_of(down)


def test_a_counter_of_the_module_does_not_make_another_function() -> None:
    source = "calls = 0\ndef f(p):\n    global calls\n    calls += 1\n    return p['x']"
    function = of(source)
    before = identity_of(function)
    function({"x": 1.0})
    assert identity_of(function) == before


def test_what_cannot_be_told_is_named() -> None:
    with pytest.raises(Untold, match=r"the variable 'value' \(pandas.*DataFrame\)"):
        identity_of(closing_over(pd.DataFrame({"a": [1.0]})))


def search(goal: float, storage: Path, **named: Any) -> float:
    def distance(params: dict[str, Any]) -> float:
        return float((params["x"] - goal) ** 2 + 10 * goal)

    return tw.minimize(distance, SPACE, trials=4, storage=storage, **named).score


def test_a_storage_never_answers_for_another_function(tmp_path: Path) -> None:
    storage = tmp_path / "s.db"
    first = search(-1.0, storage)
    assert search(-1.0, storage) == first
    with pytest.raises(RunFolderError) as refused:
        search(1.5, storage)
    assert str(refused.value) == (
        "the study 'search.<locals>.distance' in the storage is of another function: the variable 'goal' is not the "
        "same; give name='search.<locals>.distance' to go on with it all the same, another name for a study of its own"
        ", or another storage"
    )
    assert search(1.5, storage, name="second") >= 15
    assert search(1.5, storage, name="search.<locals>.distance") == first


def test_a_function_that_cannot_be_told_asks_for_a_name(tmp_path: Path) -> None:
    function = closing_over(pd.DataFrame({"a": [1.0, 2.0]}).values.tolist())
    assert tw.minimize(function, SPACE, trials=2, storage=tmp_path / "s.db").trials
    frame = pd.DataFrame({"a": [1.0]})

    def of_frame(params: dict[str, Any]) -> float:
        return float(params["x"] + len(frame))

    with pytest.raises(ConfigError, match=r"works with the variable 'frame' \(pandas.*name='...'"):
        tw.minimize(of_frame, SPACE, trials=2, storage=tmp_path / "s.db")
    assert tw.minimize(of_frame, SPACE, trials=2, storage=tmp_path / "s.db", name="frames").trials
    with pytest.raises(ConfigError, match="name: expected a text, found ''"):
        tw.minimize(of_frame, SPACE, trials=2, storage=tmp_path / "s.db", name="")
