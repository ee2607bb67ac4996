"""Parameters that apply only where others have certain values: in the space, in the grid and in an experiment file."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Integer, Params, Real, Space
from tunewright.entrance import load_experiment
from tunewright.experiment.files import to_toml
from tunewright.prices.experiment.settings import TUNING
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore

LAYERED = Space(
    {"units_2": Choice((16, 32)), "layers": Integer(1, 3), "units_1": Choice((16, 32)), "units_3": Choice((16, 32))},
    {"units_2": {"layers": (2, 3)}, "units_3": {"layers": (3,)}},
)
LAYERED_TOML = """
[space]
layers = { low = 1, high = 3 }
units_1 = [16, 32]
units_2 = { choices = [16, 32], when = { layers = [2, 3] } }
dropout_3 = { low = 0.0, high = 0.5, step = 0.25, when = { layers = [3], units_2 = [32] } }
"""


def load(text: str, folder: Path) -> Path:
    path = folder / "layered.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("params", "inside"),
    [
        ({"layers": 1, "units_1": 16}, True),
        ({"layers": 2, "units_1": 16, "units_2": 32}, True),
        ({"layers": 3, "units_1": 16, "units_2": 32, "units_3": 16}, True),
        ({"layers": 1, "units_1": 16, "units_2": 32}, False),
        ({"layers": 2, "units_1": 16}, False),
        ({"layers": 2, "units_1": 16, "units_2": 64}, False),
        ({"units_1": 16, "units_2": 32}, False),
        ({"layers": 1, "units_1": 16, "frob": 1}, False),
    ],
)
def test_a_configuration_has_exactly_what_applies(params: Params, inside: bool) -> None:
    assert (params in LAYERED) is inside


def test_the_grid_has_each_configuration_once() -> None:
    points = [tuple(sorted(point.items())) for point in LAYERED.grid()]
    assert len(points) == len(set(points)) == LAYERED.grid_size() == 2 + 4 + 8
    assert all(point in LAYERED for point in LAYERED.grid())


def test_without_conditions_the_last_parameter_changes_fastest() -> None:
    space = Space({"a": Integer(1, 2), "b": Choice(("x", "y"))})
    assert list(space.grid()) == [{"a": a, "b": b} for a, b in itertools.product((1, 2), ("x", "y"))]


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    """Up to five parameters, each perhaps with conditions on earlier ones, in any order of writing."""
    count = draw(st.integers(1, 5))
    sizes = [draw(st.integers(1, 3)) for _ in range(count)]
    conditions = {}
    for index in range(1, count):
        parents = draw(st.lists(st.integers(0, index - 1), unique=True, max_size=2))
        allowed = {
            f"p{parent}": tuple(draw(st.lists(st.integers(1, sizes[parent]), min_size=1, unique=True)))
            for parent in parents
        }
        if allowed:
            conditions[f"p{index}"] = allowed
    order = draw(st.permutations(range(count)))
    return Space({f"p{index}": Integer(1, sizes[index]) for index in order}, conditions)


@settings(max_examples=150, deadline=None)
@given(space=spaces())
def test_the_grid_is_every_configuration_of_the_space(space: Space) -> None:
    names = list(space.parameters)
    options = [(None, *space.parameters[name].values()) for name in names]
    expected = set()
    for values in itertools.product(*options):
        params = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        if params in space:
            expected.add(tuple(sorted(params.items())))
    found = [tuple(sorted(point.items())) for point in space.grid()]
    assert len(found) == len(set(found)) == space.grid_size()
    assert set(found) == expected


def test_a_large_grid_is_counted_without_being_walked() -> None:
    space = Space(
        {"a": Integer(1, 10**12), "b": Integer(1, 10**12), "c": Integer(1, 5)}, {"b": {"a": (1, 2)}, "c": {"b": (1,)}}
    )
    assert space.grid_size() == 10**12 - 2 + 2 * (10**12 - 1 + 5)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"c": {"a": (1,)}}, "c: a condition needs a parameter of this name, found a, b, r"),
        ({"b": {"z": (1,)}}, "b: when must name another parameter of the space (a, r), found 'z'"),
        ({"b": {"b": (1,)}}, "b: when must name another parameter of the space (a, r), found 'b'"),
        ({"b": {"a": (1, 9)}}, "b: when needs one or more values of 'a', which cannot be 9"),
        ({"b": {"a": (True,)}}, "b: when needs one or more values of 'a', which cannot be True"),
        ({"b": {"a": ()}}, "b: when needs one or more values of 'a', found none"),
        ({"b": {"r": (0.5,)}}, "b: when cannot name 'r', a range without a step; give that one a step"),
        ({"a": {"b": (1,)}, "b": {"a": (1,)}}, "the conditions of a, b wait for one another; take one `when` out"),
    ],
)
def test_a_condition_that_cannot_hold_is_refused(conditions: dict[str, dict[str, tuple[int]]], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Space({"a": Integer(1, 2), "b": Integer(1, 2), "r": Real(0.0, 1.0)}, conditions)
    assert str(caught.value) == message


def test_an_experiment_file_says_when(tmp_path: Path) -> None:
    experiment = load_experiment(str(load(LAYERED_TOML, tmp_path)))
    space = TUNING.space(experiment)
    assert space.conditions == {"units_2": {"layers": (2, 3)}, "dropout_3": {"layers": (3,), "units_2": (32,)}}
    assert space.as_dict()["units_2"] == {"type": "choice", "choices": [16, 32], "when": {"layers": [2, 3]}}
    again = load_experiment(str(load(to_toml(experiment), tmp_path)))
    assert again == experiment


REFUSED = {
    "unknown parent": (
        "units_2 = { low = 1, high = 2, when = { layer = [2] } }",
        "bad.toml: [space] units_2: when must name another parameter of the space (layers), found 'layer'",
    ),
    "value that the parent cannot take": (
        "units_2 = { low = 1, high = 2, when = { layers = [4] } }",
        "bad.toml: [space] units_2: when needs one or more values of 'layers', which cannot be 4",
    ),
    "a value without a list": (
        "units_2 = { low = 1, high = 2, when = { layers = 2 } }",
        "bad.toml: space.units_2.when.layers: input should be a valid list, found 2",
    ),
    "only a condition": (
        "units_2 = { when = { layers = [2] } }",
        "bad.toml: space.units_2: expected a range such as { low = 1, high = 8 } or a list of choices, found {}",
    ),
}


@pytest.mark.parametrize(("line", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_condition_is_refused_in_one_line(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(f"[space]\nlayers = [1, 2]\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        load_experiment(str(tmp_path / "bad.toml"))
    assert str(caught.value).removeprefix(f"{tmp_path}/") == message


@pytest.mark.parametrize(
    ("layers", "names"),
    [(1, ["layers", "units_1"]), (2, ["layers", "units_1", "units_2"]), (3, ["layers", "units_1", "units_2"])],
)
def test_the_untuned_default_has_what_applies(layers: int, names: list[str], tmp_path: Path) -> None:
    experiment = load_experiment(str(load(f"[model]\nlayers = {layers}\nunits = 8\n{LAYERED_TOML}", tmp_path)))
    assert list(TUNING.default_params(experiment)) == names


def test_what_does_not_apply_keeps_its_fixed_value(tmp_path: Path) -> None:
    experiment = load_experiment(str(load(f"[model]\nunits_2 = 8\n{LAYERED_TOML}", tmp_path)))
    assert TUNING.with_params(experiment, {"layers": 1, "units_1": 16}).model.spec().as_dict()["units"] == [16]
    assert TUNING.with_params(experiment, {"layers": 2, "units_1": 16, "units_2": 32}).model.own.units_2 == 32
    assert TUNING.with_params(experiment, {"layers": 1, "units_1": 16}).model.own.units_2 == 8


def test_the_study_keeps_trials_of_different_parameters(tmp_path: Path) -> None:
    store = StudyStore(sqlite_url(tmp_path / "study.db"), name="study", space=LAYERED)
    given = [{"layers": 1, "units_1": 16}, {"units_2": 32, "layers": 2, "units_1": 16}]
    for number, params in enumerate(given):
        store.begin(number, params)
    assert [record.params for record in store.records()] == given
