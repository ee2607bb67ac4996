"""Reports of runs of every kind and size: functions, two objectives, few trials, many, hardly any that ended well."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from report_html import FIGURES, Page
from report_run import write_function_run, write_run
from tunewright.entrance import write_report
from tunewright.report.study.figures import study_figures
from tunewright.report.study.results import Best, Counts, Dimension, Study, Trial

LEFT_OUT = {"contour", "importance", "pruning", "slices", "parallel", "timeline"}


def test_a_run_of_a_function_says_what_was_found(tmp_path: Path) -> None:
    text = write_report(write_function_run(tmp_path)).read_text(encoding="utf-8")
    best = json.loads((tmp_path / "results.json").read_text())["study"]["best"]
    for said in (
        f"Best score {best['score']:.6g}",
        f"Found by trial {best['number']} of 60",
        "The search ended because the study has its 60 trials.",
        "A function of 2 parameters, tried in 60 trials",
        "Sampler tpe: two real parameters",
        "pruning is off",
        "Contour lines of the function itself",
    ):
        assert said in text
    body = text[text.index("<body>") : text.index("<script>")]
    assert not any(word in body for word in ("sealed", "skill", "price", "Data card"))
    shown = [attributes["id"] for tag, attributes in Page(text).tags if tag == "figure"]
    assert shown == ["history", "contour", "slices", "parallel", "timeline"]


def test_two_objectives_have_a_front(tmp_path: Path) -> None:
    text = write_report(write_function_run(tmp_path, objectives=2, drawn=False)).read_text(encoding="utf-8")
    assert '<figure id="pareto">' in text
    assert "With distance as the second objective" in text
    assert "&#9670;" in text


@pytest.mark.parametrize("trials", [1, 2, 300])
def test_few_and_many_trials_have_a_page(tmp_path: Path, trials: int) -> None:
    write_report(write_run(tmp_path, rows=200, test=20, trials=trials))
    names = {path.stem for path in (tmp_path / "figures").iterdir()}
    assert names == set(FIGURES) - (
        {"contour", "importance", "pruning"} if trials == 2 else LEFT_OUT if trials == 1 else set()
    )


def test_all_failed_but_one(tmp_path: Path) -> None:
    path = write_run(tmp_path, rows=200, test=20, trials=12) / "results.json"
    record = json.loads(path.read_text())
    for trial in record["study"]["trials"][1:]:
        trial |= {"state": "failed", "score": None, "fold_scores": [], "reports": []}
    record["study"] |= {"best": record["study"]["trials"][0] | {"folds": []}, "importance": {}}
    path.write_text(json.dumps(record))
    write_report(tmp_path)
    names = {path.stem for path in (tmp_path / "figures").iterdir()}
    assert {"history", "timeline"} <= names
    assert not names & {"slices", "parallel", "contour", "pruning", "learning_curves"}


def test_a_study_without_a_best_trial_says_so(tmp_path: Path) -> None:
    path = write_function_run(tmp_path, trials=2) / "results.json"
    record = json.loads(path.read_text())
    for trial in record["study"]["trials"]:
        trial |= {"state": "failed", "score": None, "fold_scores": [], "reports": [], "reason": "it broke"}
    record["study"] |= {"best": None}
    path.write_text(json.dumps(record))
    text = write_report(tmp_path).read_text(encoding="utf-8")
    assert "Nothing was found" in text
    assert "it broke" in text


def spread(values: list[float]) -> Study:
    """A function's study with these scores."""
    trials = tuple(Trial(n, "complete", {"x": n / 10}, value, (value,), 1.0) for n, value in enumerate(values))
    first = min(trials, key=lambda trial: trial.score or 0.0)
    space = {"x": Dimension("float", 0.0, 1.0)}
    best = Best(first.number, first.params, first.score or 0.0, ())
    return Study("", "random", "value", "a value", 8, space, Counts(len(trials), 0, 0), trials, best)


@pytest.mark.parametrize(
    "values",
    [[1.0] * 5, [0.0] * 5, [-3.0, -2.0, 0.0, 5.0], [1e300, 1.0, 2.0], [1e-300, 1e-200, 1.0], [1e308, -1e308, 0.0]],
    ids=["equal", "zero", "both signs", "one huge", "tiny", "whole range"],
)
def test_any_scores_can_be_drawn(values: list[float]) -> None:
    assert [figure.name for figure in study_figures(spread(values), None)] == ["history", "slices"]


def test_choices_of_all_types_and_in_any_number_can_be_drawn() -> None:
    study = spread([1.0, 2.0, 3.0, 4.0])
    choices = {"flag": (True, False), "mixed": (1, 2.5, "x", "$x^$"), "many": tuple(f"choice {n}" for n in range(60))}
    trials = tuple(
        replace(trial, params={name: values[trial.number % len(values)] for name, values in choices.items()})
        for trial in study.trials
    )
    space = {name: Dimension("choice", choices=values) for name, values in choices.items()}
    figures = study_figures(replace(study, trials=trials, space=space), None)
    assert [figure.name for figure in figures] == ["history", "slices", "parallel"]
