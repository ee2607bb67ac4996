"""The space of a study under way: wider is taken over and logged, anything else is refused with the reason."""

from pathlib import Path

import optuna
import pytest

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Integer, Params, Real, Space
from tunewright.search.edits import widened
from tunewright.search.records import State, TrialRecord
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore

OLD = Space({"units": Integer(16, 64, 16), "rate": Real(0.1, 0.5), "optimizer": Choice(("adam", "sgd"))})


def edited(**changes: Integer | Real | Choice) -> Space:
    return Space({**OLD.parameters, **changes}, OLD.conditions)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (OLD, ()),
        (edited(units=Integer(16, 128, 16)), ("units: 16 .. 64 widened to 16 .. 128",)),
        (edited(units=Integer(0, 64, 16)), ("units: 16 .. 64 widened to 0 .. 64",)),
        (edited(rate=Real(0.01, 0.6)), ("rate: 0.1 .. 0.5 widened to 0.01 .. 0.6",)),
        (edited(optimizer=Choice(("adam", "sgd", "rmsprop"))), ("optimizer: 'rmsprop' added",)),
    ],
)
def test_wider_is_said(new: Space, said: tuple[str, ...]) -> None:
    assert widened(OLD.as_dict(), new.as_dict()) == said


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (edited(units=Integer(32, 64, 16)), "units: a range cannot become narrower, from 16 .. 64 to 32 .. 64"),
        (edited(units=Integer(8, 64, 8)), "units: its step cannot change from 16 to 8"),
        (edited(units=Integer(10, 74, 16)), "units: 10 is no whole number of steps of 16 below 16"),
        (edited(rate=Real(0.1, 0.5, log=True)), "rate: its scale cannot change from False to True"),
        (edited(rate=Choice((0.1, 0.5))), "rate: its kind cannot change from 'float' to 'choice'"),
        (edited(optimizer=Choice(("adam",))), "optimizer: the choice 'sgd' cannot be removed, as trials may have it"),
        (edited(optimizer=Choice(("sgd", "adam"))), "optimizer: its choices cannot change places"),
        (edited(layers=Integer(1, 2)), "layers: a parameter cannot be added, as trials were run without it"),
        (Space({"units": Integer(16, 64, 16)}), "rate: a parameter cannot be removed, as trials were run with it"),
        (
            Space(OLD.parameters, {"rate": {"optimizer": ("adam",)}}),
            "rate: its condition cannot change from None to {'optimizer': ['adam']}",
        ),
    ],
)
def test_anything_else_is_refused_with_the_reason(new: Space, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        widened(OLD.as_dict(), new.as_dict())
    assert str(refused.value).startswith(f"[space] {why}")
    assert str(refused.value).endswith("for anything else begin anew with another --out")


def open_store(path: Path, space: Space) -> StudyStore:
    return StudyStore(sqlite_url(path / "study.db"), name="study", space=space)


def add(store: StudyStore, number: int, params: Params, *, finish: bool = True) -> None:
    record = store.begin(number, params)
    if finish:
        store.report_fold(TrialRecord(number, State.RUNNING, params, fold_scores=(0.5,)), {"epochs": 1})
        store.tell(TrialRecord(number, State.COMPLETE, params, 0.5, (0.5,), ended=record.began))


def test_trials_and_notes_move_to_the_wider_study(tmp_path: Path) -> None:
    store = open_store(tmp_path, OLD)
    store.claim({"seed": 1})
    store.record_opening("noon")
    add(store, 0, {"units": 16, "rate": 0.2, "optimizer": "sgd"})
    add(store, 1, {"units": 32, "rate": 0.3, "optimizer": "adam"}, finish=False)
    before = store.records()
    wider = edited(optimizer=Choice(("adam", "sgd", "rmsprop")), rate=Real(0.1, 0.9))
    store = open_store(tmp_path, wider)
    assert store.records() == before
    assert store.fold_details(0) == [{"epochs": 1}]
    assert store.openings() == ["noon"]
    assert store.edits() == [
        "before trial 2, rate: 0.1 .. 0.5 widened to 0.1 .. 0.9",
        "before trial 2, optimizer: 'rmsprop' added",
    ]
    store.claim({"seed": 1})
    add(store, 2, {"units": 16, "rate": 0.8, "optimizer": "rmsprop"})
    widest = Space({**wider.parameters, "units": Integer(16, 96, 16)})
    last = open_store(tmp_path, widest)
    assert [record.params["optimizer"] for record in last.records()] == ["sgd", "adam", "rmsprop"]
    assert len(last.edits()) == 3
    names = optuna.get_all_study_names(sqlite_url(tmp_path / "study.db"))
    assert names == ["study", "study (space 2)", "study (space 3)"]
    with pytest.raises(ConfigError, match="cannot become narrower"):
        open_store(tmp_path, edited(optimizer=Choice(("adam", "sgd", "rmsprop"))))


def test_a_move_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    store = open_store(tmp_path, OLD)
    add(store, 0, {"units": 16, "rate": 0.2, "optimizer": "sgd"})
    before = store.records()
    optuna.create_study(study_name="study (space 2)", storage=sqlite_url(tmp_path / "study.db"))
    wider = edited(rate=Real(0.1, 0.9))
    assert open_store(tmp_path, wider).records() == before
    assert open_store(tmp_path, wider).records() == before
