"""Ask and tell: the proposals of `minimize`, in the user's own loop."""

import math
from pathlib import Path
from typing import Any

import pytest

import tunewright as tw
from plain_functions import bowl, pair, slow_descent
from tunewright.search.records import State

SPACE = {"x": (-10.0, 10.0), "y": (-10.0, 10.0)}


def drive(study: tw.Study, trials: int) -> None:
    """What `slow_descent` does, trial by trial."""
    for _ in range(trials):
        trial = study.ask()
        value = bowl(dict(trial.params))
        if any(trial.report(epoch, value + 1 / epoch) for epoch in range(1, 6)):
            study.tell(trial)
        else:
            study.tell(trial, value)


@pytest.mark.parametrize("sampler", ["tpe", "random", "cmaes"])
def test_it_proposes_what_minimize_proposes(sampler: str) -> None:
    study = tw.Study(SPACE, sampler=sampler, pruner="median", seed=5)
    drive(study, 25)
    found = tw.minimize(slow_descent, SPACE, trials=25, sampler=sampler, pruner="median", seed=5)
    assert study.fingerprint == found.fingerprint
    assert study.best is not None
    assert (study.best.params, study.best.score) == (found.params, found.score)
    assert any(record.state is State.PRUNED for record in study.trials)


def test_two_objectives() -> None:
    study = tw.Study(SPACE, sampler="tpe")
    for _ in range(20):
        trial = study.ask()
        study.tell(trial, pair(dict(trial.params)))
    found = tw.minimize(pair, SPACE, trials=20, sampler="tpe")
    assert (study.fingerprint, study.pareto[0].params) == (found.fingerprint, found.pareto[0].params)


def test_results_may_come_in_any_order() -> None:
    study = tw.Study(SPACE, sampler="tpe", lag=4)
    waiting = [study.ask() for _ in range(4)]
    for number in range(16):
        trial = waiting.pop(0 if number % 2 else min(1, len(waiting) - 1))
        study.tell(trial, bowl(dict(trial.params)))
        while len(waiting) < 4 and len(study.trials) < 16 and _may_ask(study, 4):
            waiting.append(study.ask())
    assert study.fingerprint == tw.minimize(bowl, SPACE, trials=16, sampler="tpe", lag=4).fingerprint


def _may_ask(study: tw.Study, lag: int) -> bool:
    return all(record.finished for record in study.trials[: max(0, len(study.trials) - lag + 1)])


def test_too_many_under_way() -> None:
    study = tw.Study(SPACE, sampler="random", lag=2)
    first, _ = study.ask(), study.ask()
    message = (
        "trial 2 needs the results of trials 0 to 0, but trial 0 has not been told; tell it first, "
        "or use a lag above 2 to have more trials under way"
    )
    with pytest.raises(tw.InputError, match=message):
        study.ask()
    study.tell(first, 1.0)
    assert study.ask().number == 2


def test_failures_and_values_that_are_none() -> None:
    study = tw.Study(SPACE, sampler="random")
    assert study.tell(study.ask(), failed="the pump broke").reason == "the pump broke"
    nan = study.tell(study.ask(), math.nan)
    assert (nan.state, nan.reason) == (State.FAILED, "the function returned nan, which is no finite number")
    assert (study.best, [record.state for record in study.trials]) == (None, [State.FAILED, State.FAILED])


def test_wrong_telling_is_refused_and_changes_nothing() -> None:
    study = tw.Study(SPACE, sampler="random")
    trial = study.ask()
    with pytest.raises(tw.InputError, match=r"trial 0 was not pruned: tell its value, or failed=\.\.\."):
        study.tell(trial)
    with pytest.raises(tw.InputError, match="trial 0 has a value or has failed, not both"):
        study.tell(trial, 1.0, failed="why")
    with pytest.raises(tw.InputError, match="trial 0 is not under way in this study"):
        tw.Study(SPACE, sampler="random").tell(trial, 1.0)
    with pytest.raises(tw.TrialFailure, match="epochs in ascending whole numbers"):
        trial.report(0, 1.0)
    study.tell(trial, 1.0)
    with pytest.raises(tw.InputError, match="tell each trial once"):
        study.tell(trial, 1.0)
    assert [record.score for record in study.trials] == [1.0]


def test_an_exhausted_space_says_so() -> None:
    study = tw.Study({"x": (0, 1)}, sampler="grid")
    first, second = study.ask(), study.ask()
    with pytest.raises(tw.InputError, match="every configuration was tried, unless a trial under way fails"):
        study.ask()
    study.tell(first, 1.0)
    study.tell(second, failed="why not")
    study.tell(study.ask(), 0.0)
    with pytest.raises(tw.StudyFailure, match="every configuration of the space was tried"):
        study.ask()


def test_params_cannot_be_changed() -> None:
    trial: Any = tw.Study(SPACE, sampler="random").ask()
    with pytest.raises(TypeError):
        trial.params["x"] = 0.0


def test_a_study_in_a_file_goes_on(tmp_path: Path) -> None:
    whole = tw.Study(SPACE, sampler="tpe", pruner="median", seed=1)
    drive(whole, 20)
    first = tw.Study(SPACE, sampler="tpe", pruner="median", seed=1, storage=tmp_path / "study.db")
    drive(first, 7)
    first.ask()
    first.close()
    second = tw.Study(SPACE, sampler="tpe", pruner="median", seed=1, storage=tmp_path / "study.db")
    assert [record.finished for record in second.trials] == [True] * 7 + [False]
    drive(second, 13)
    second.close()
    assert second.fingerprint == whole.fingerprint
    files = sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock")
    assert files == ["study.db", "study.db.last"]


def test_a_pruned_trial_has_no_value() -> None:
    class Strict:
        def prune(self, history: object, trial: object) -> str | None:
            return "far too high"

    study = tw.Study(SPACE, sampler="random", pruner=Strict())
    trial = study.ask()
    assert trial.report(1, 9.0) == "far too high"
    with pytest.raises(tw.InputError, match=r"trial 0 has ended \(far too high\); tell it without a value"):
        study.tell(trial, 9.0)
    assert study.tell(trial).state is State.PRUNED
