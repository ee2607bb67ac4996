"""`[transfer]` through the command line: earlier runs begin a new one; what they cannot tell is said in one line."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

from cli_helpers import refusal, results, run, run_well, write_tiny

pytestmark = pytest.mark.usefixtures("unseen_stills")

EXPERIMENT = """
kind = "function"
[function]
call = "tunewright.functions.examples:quadratic"
[search]
sampler = "tpe"
trials = 12
[space]
x = { low = -5.0, high = 5.0 }
y = { low = -5.0, high = 5.0 }
"""
DIGITS = """
kind = "images"
[data]
source = "builtin:digits"
[model]
stages = 1
width = 4
[training]
epochs = 1
[search]
trials = 4
[compute]
precision = "float32"
threads = 1
[space]
learning_rate = { low = 0.02, high = 0.2, log = true }
"""
QUICK = ("--workers", "1", "--quiet")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Path:
    """Three runs of a function, one of them long, one on prices, and one on images."""
    folder = tmp_path_factory.mktemp("transfer")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TUNEWRIGHT_STATE", str(folder / "state"))
        Path("old.toml").write_text(EXPERIMENT)
        for seed in ("1", "2"):
            run_well("tune", "old.toml", "--seed", seed, "--out", f"runs/old-{seed}", *QUICK)
        run_well("tune", "old.toml", "--seed", "3", "--trials", "40", "--out", "runs/many", *QUICK)
        write_tiny(folder)
        run_well("tune", "tiny.toml", "--out", "runs/tiny", "--set", "training.epochs=1", *QUICK)
        Path("digits.toml").write_text(DIGITS)
        run_well("tune", "digits.toml", "--out", "runs/digits", *QUICK)
    return folder


@pytest.fixture(autouse=True)
def _at_home(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(there)
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(there / "state"))


def written(transfer: str, *, experiment: str = EXPERIMENT) -> str:
    Path("new.toml").write_text(f"{experiment}\n[transfer]\n{transfer}\n")
    return "new.toml"


def trials(folder: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = results(Path(folder))["study"]["trials"]
    return found


def test_the_best_of_earlier_runs_come_first_and_the_run_needs_them_no_more(tmp_path: Path) -> None:
    name = written('runs = ["runs/old-*"]\nportfolio = 3')
    told = run_well("tune", name, "--out", tmp_path / "new", "--workers", "1")
    assert "transfer  runs/old-1: 12 trials of x, y" in told
    first = [one["params"] for one in trials(str(tmp_path / "new"))[:3]]
    earlier = [one["params"] for seed in (1, 2) for one in trials(f"runs/old-{seed}")]
    assert all(one in earlier for one in first)
    again = tmp_path / "again"
    shutil.copytree(tmp_path / "new", again)
    text = (again / "experiment.toml").read_text()
    assert len(tomllib.loads(text)["transfer"]["earlier"]) == 2
    (again / "experiment.toml").write_text(text.replace("runs/old", "runs/gone"))
    run_well("tune", again / "experiment.toml", "--out", tmp_path / "copy", "--workers", "2", "--quiet")
    prints = {results(tmp_path / one)["study"]["fingerprint"] for one in ("new", "copy")}
    assert len(prints) == 1, "the same with other workers, and from its own file"


def test_without_prior_and_portfolio_the_search_is_the_plain_one(tmp_path: Path) -> None:
    name = written('runs = ["runs/old-1"]\nportfolio = 0\nprior = false')
    run_well("tune", name, "--out", tmp_path / "new", *QUICK)
    run_well("tune", "old.toml", "--out", tmp_path / "plain", *QUICK)
    assert [one["params"] for one in trials(str(tmp_path / "new"))] == [
        one["params"] for one in trials(str(tmp_path / "plain"))
    ]


def test_what_overlaps_in_part_is_told(tmp_path: Path) -> None:
    name = written('runs = ["runs/old-1"]', experiment=EXPERIMENT.replace("y = {", "z = {"))
    Path("other.py").write_text("def f(params):\n    return params['x'] ** 2 + params['z'] ** 2\n")
    changed = ("--set", "function.call=other.py:f", "--set", "space.x.low=0.0")
    told = run_well("tune", name, *changed, "--out", tmp_path / "new", "--workers", "1")
    line = next(one for one in told.splitlines() if one.startswith("transfer"))
    assert "of x, z is not known of it, " in line
    assert line.endswith("more lie outside of the space")


def test_what_cannot_be_is_one_line() -> None:
    for transfer, expected in {
        'runs = ["runs/none"]': "results.json cannot be read: No such file or directory",
        'runs = ["nowhere/*"]': "no folder of a finished run is there for 'nowhere/*'",
        'runs = ["runs/tiny"]': "none of them tells of this space (runs/tiny: left out: a run of the kind 'prices')",
        "runs = 3": "transfer.runs",
        'run = ["runs/old-1"]': "transfer",
        'runs = ["runs/old-1"]\nportfolio = -1': "transfer.portfolio",
    }.items():
        assert expected in refusal("tune", written(transfer), *QUICK)


def test_a_run_that_was_tuned_on_days_of_the_sealed_test_is_refused(tmp_path: Path) -> None:
    text = Path("tiny.toml").read_text() + '\n[transfer]\nruns = ["runs/tiny"]\n'
    Path("earlier-test.toml").write_text(text)
    message = refusal("tune", "earlier-test.toml", "--set", "preparation.test_fraction=0.5", *QUICK)
    assert "runs/tiny was tuned on days up to its own sealed test" in message
    told = run_well("audit", "earlier-test.toml")
    assert "ok        earlier runs, runs/tiny: tuned on days before this sealed test alone" in told
    folder = tmp_path / "new"
    run_well("tune", "earlier-test.toml", "--seed", "5", "--set", "training.epochs=1", "--out", folder, *QUICK)
    assert json.loads((folder / "results.json").read_text())["study"]["fingerprint"]


def test_images_of_a_run_that_others_seal_are_refused(tmp_path: Path) -> None:
    name = written('runs = ["runs/digits"]', experiment=DIGITS)
    told = run_well("tune", name, "--out", tmp_path / "new", "--workers", "1")
    assert "transfer  runs/digits: 4 trials of learning_rate" in told
    assert "warning   " not in told
    message = refusal("tune", name, "--seed", "7", *QUICK)
    assert "[transfer] runs/digits was tuned on " in message
    assert " of the sealed test here; leave the run out, or seal the same images" in message


def test_images_of_another_size_are_told_and_those_of_a_run_between_are_known(tmp_path: Path) -> None:
    name = written('runs = ["runs/digits"]', experiment=DIGITS)
    images, labels = load_digits(return_X_y=True)
    turned = np.rot90((15 * images.reshape(-1, 8, 8)).astype(np.uint8), axes=(1, 2))
    np.savez("framed.npz", x_train=np.pad(turned, ((0, 0), (1, 1), (1, 1))), y_train=labels)
    told = run_well("tune", name, "--set", "data.source=framed.npz", "--dry-run")
    assert "runs/digits and this run are of images of 1 x 8 x 8 and 1 x 10 x 10: whether it knows any that" in told
    np.savez("turned.npz", x_train=turned, y_train=labels)
    run_well("tune", name, "--set", "data.source=turned.npz", "--out", tmp_path / "between", *QUICK)
    name = written(f'runs = ["{tmp_path / "between"}"]', experiment=DIGITS)
    message = refusal("tune", name, "--seed", "7", *QUICK)
    assert "between was tuned on " in message
    assert " of the sealed test here" in message


def test_a_run_that_tells_nothing_is_asked_nothing(tmp_path: Path) -> None:
    text = Path("tiny.toml").read_text() + '\n[transfer]\nruns = ["runs/tiny", "runs/old-1"]\n'
    Path("mixed.toml").write_text(text)
    audited = run_well("audit", "mixed.toml", "--json")
    assert json.loads(audited)["earlier_runs"] == ["runs/tiny"]
    other = DIGITS.replace("learning_rate = {", "weight_decay = {")
    name = written('runs = ["runs/digits", "runs/other"]', experiment=DIGITS)
    Path("other.toml").write_text(other)
    run_well("tune", "other.toml", "--seed", "7", "--out", "runs/other", *QUICK)
    told = run_well("tune", name, "--dry-run")
    assert "transfer  runs/other: left out: it tuned nothing of this space" in told
    assert "warning   " not in told


def test_two_objectives_are_no_ranking() -> None:
    name = written('runs = ["runs/digits"]', experiment=DIGITS.replace("trials = 4", 'second_objective = "parameters"'))
    message = refusal("tune", name, "--set", "pruner.name=none", *QUICK)
    assert "[transfer] ranks trials by one score, and search.second_objective asks for two; remove one" in message


def copied(name: str, *, of: str, results: dict[str, Any] | None = None, model: str = "", space: str = "") -> str:
    """A copy of a run folder, with these parts of its results and these lines in its file."""
    folder = Path("runs") / name
    shutil.copytree(of, folder, dirs_exist_ok=True)
    told = json.loads((folder / "results.json").read_text())
    (folder / "results.json").write_text(json.dumps({**told, **(results or {})}))
    text = (folder / "experiment.toml").read_text()
    text = text.replace("[model]\n", f"[model]\n{model}\n").replace("[space]\n", f"[space]\n{space}\n")
    (folder / "experiment.toml").write_text(text)
    return str(folder)


def tiny(*lines: str) -> str:
    """An experiment on prices that begins with earlier runs."""
    Path("new-tiny.toml").write_text("\n".join([Path("tiny.toml").read_text(), *lines]))
    return "new-tiny.toml"


def test_a_run_of_another_family_is_left_out_with_a_line() -> None:
    ridge = ("--set", "model.family=ridge", "--set", "space={ penalty = { low = 0.1, high = 1.0 } }")
    name = tiny('[transfer]\nruns = ["runs/tiny"]')
    assert "(runs/tiny: left out: it tuned nothing of this space)" in refusal("tune", name, *ridge, *QUICK)
    both = ("--set", 'space.family=["ridge", "gru"]')
    message = refusal("tune", name, *both, *QUICK)
    assert "(runs/tiny: left out: another model, family = 'lstm')" in message


def test_trials_of_other_families_are_told_and_keys_of_all_families_read(tmp_path: Path) -> None:
    study = results(Path("runs/tiny"))["study"]
    families = ["ridge", "lstm", "lstm"]
    rows = [
        {**one, "params": {**one["params"], "family": family}}
        for one, family in zip(study["trials"], families, strict=True)
    ]
    told = {"study": {**study, "space": {**study["space"], "family": {}}, "trials": rows}}
    folder = copied(
        "families", of="runs/tiny", results=told, model="levels = 4", space='family = ["ridge", "tcn", "lstm"]'
    )
    name = tiny(f'[transfer]\nruns = ["{folder}"]')
    opening = run_well("tune", name, "--out", tmp_path / "new", "--set", "training.epochs=1", "--workers", "1")
    line = next(one for one in opening.splitlines() if one.startswith("transfer"))
    assert line == f"transfer  {folder}: 2 trials of units, learning_rate, 1 more of another model, family = 'ridge'"
    broken = copied("broken", of="runs/tiny", model="unitz = 4")
    message = refusal("tune", tiny(f'[transfer]\nruns = ["{broken}"]'), *QUICK)
    assert f"[transfer] runs: {broken}/experiment.toml: unknown key 'unitz' in [model] of the family 'lstm'" in message


def test_what_was_read_before_is_not_taken_for_other_runs_or_another_space(tmp_path: Path) -> None:
    name = written('runs = ["runs/old-1"]\nportfolio = 0')
    run_well("tune", name, "--out", tmp_path / "new", *QUICK)
    file = tmp_path / "new" / "experiment.toml"
    message = refusal("tune", file, "--set", 'transfer.runs=["runs/old-2"]', *QUICK)
    assert "[transfer] asks for runs = ['runs/old-2'] and portfolio = 0, but [[transfer.earlier]] is of runs" in message
    assert "runs = ['runs/old-1'] and portfolio = 0; begin from a file without" in message
    assert "portfolio = 3, but" in refusal("tune", file, "--set", "transfer.portfolio=3", *QUICK)
    assert "is of runs" in refusal("tune", file, "--set", "transfer.runs=[]", *QUICK)
    for change in ("space.x.high=0.0", "space.x=[1.0, 2.0]", "space={ x = { low = -5.0, high = 5.0 } }"):
        message = refusal("tune", file, "--set", change, *QUICK)
        assert "[transfer] earlier 'runs/old-1' has a trial that is not in [space]: x = " in message
    begun = tmp_path / "begun"
    run_well("tune", written('runs = ["runs/old-1"]'), "--out", begun, *QUICK)
    assert "[[start]] 1: " in refusal("tune", begun / "experiment.toml", "--set", "space.x=[1.0, 2.0]", *QUICK)
    run_well("tune", file, "--set", "transfer.earlier=[]", "--set", "space.x.high=0.0", "--dry-run")
    run_well("resume", tmp_path / "new", "--set", "space.x.high=6.0", "--trials", "14", *QUICK)


def test_names_with_signs_of_patterns() -> None:
    copied("old [x]", of="runs/old-1")
    told = run_well("tune", written('runs = ["runs/old [[]x]", "runs/old [x]"]'), "--dry-run")
    assert "transfer  runs/old [x]: 12 trials of x, y" in told
    assert "[transfer] runs: 'runs/**x' is no pattern: " in refusal("tune", written('runs = ["runs/**x"]'), *QUICK)
    assert "is there for" in refusal("tune", written(f'runs = ["{"x*" * 4000}"]'), *QUICK)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"sealed_test": None}, "has no sealed_test as a finished run has it: expected a section with the day `first`"),
        ({"sealed_test": {"first": 3}}, "has no sealed_test as a finished run has it"),
        ({"study": {"space": {"units": {}}}}, "has no study.space and study.trials as a finished run has them"),
        ({"study": {"space": {}, "trials": [{"number": 0}]}}, "has no study.space and study.trials"),
    ],
)
def test_the_part_of_the_results_that_is_wrong_is_named(part: dict[str, Any], expected: str) -> None:
    folder = copied("odd", of="runs/tiny", results=part)
    assert f"[transfer] runs: {folder}/results.json {expected}" in refusal(
        "tune", tiny(f'[transfer]\nruns = ["{folder}"]'), *QUICK
    )


def test_a_copy_of_a_run_counts_once() -> None:
    folder = copied("copy-of-1", of="runs/old-1")
    told = run_well("tune", written(f'runs = ["runs/old-1", "runs/old-2", "{folder}"]'), "--dry-run")
    lines = [one for one in told.splitlines() if one.startswith("transfer")]
    assert lines[2] == "transfer  runs/copy-of-1: left out: its study is that of runs/old-1"
    assert all("12 trials of x, y" in one for one in lines[:2])


def card(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith(("transfer", "warning"))]


def dry(transfer: str, *changes: str) -> list[str]:
    """What the card of a run says of its earlier ones."""
    return card(run_well("tune", written(transfer), *changes, "--dry-run"))


def test_the_card_says_what_is_done_with_the_earlier_runs() -> None:
    runs = 'runs = ["runs/many"]'
    begins, random = dry(runs, "--sampler", "random")[-1].split("; ")
    assert begins == "transfer  begins with 3 configurations of theirs"
    assert random == "the sampler 'random' sees none of their trials: 'random' does not learn from other studies"
    assert dry(f"{runs}\nportfolio = 0")[-1].startswith(
        "transfer  begins with no configuration of theirs, as portfolio is 0; the sampler 'tpe' is shown "
    )
    assert dry(f"{runs}\nprior = false")[-1].endswith("the sampler 'tpe' sees none of their trials, as prior is false")
    *_, line, warning = dry(runs, "--sampler", "random", "--trials", "3")
    assert line.startswith(
        "transfer  begins with no configuration of theirs, as a quarter of 3 trials is less than one; "
    )
    assert warning.startswith("warning   [transfer] nothing of the earlier runs is used; ")


def test_runs_of_too_few_trials_are_shown_to_no_sampler() -> None:
    run_well("tune", "old.toml", "--trials", "3", "--out", "runs/few", *QUICK)
    assert dry('runs = ["runs/few"]')[-1].endswith(
        "the sampler 'tpe' sees none of their trials: too few or too noisy to tell"
    )
    told = dry('runs = ["runs/few", "runs/many"]')[-1]
    assert told.endswith(", none of runs/few, too few or too noisy to tell")


def test_results_and_page_say_what_was_known(tmp_path: Path) -> None:
    run_well("tune", written('runs = ["runs/many"]'), "--out", tmp_path / "new", *QUICK)
    study = results(tmp_path / "new")["study"]
    earlier, best = study["earlier"], study["best"]["number"]
    (known,) = earlier["runs"]
    assert (known["run"], known["told"], known["trials"]) == ("runs/many", "40 trials of x, y", 40)
    assert earlier["first"] == [0, 1, 2]
    page = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert (
        f"The sampler was shown {known['shown']} trials of theirs before it had any of its own, and then fewer." in page
    )
    assert "It began with 3 configurations of 1 earlier run." in page
    assert f"Trial {best}, the best, is {'one' if best < 3 else 'none'} of those that it began with." in page
    assert f"runs/many: 40 trials of x, y; {known['shown']} shown" in page
    assert results(Path("runs/many"))["study"]["earlier"] is None


def test_a_function_of_two_objectives_is_refused_like_a_model() -> None:
    Path("two.py").write_text("def f(params):\n    return params['x'] ** 2, params['y'] ** 2\n")
    result = run("tune", written('runs = ["runs/many"]'), "--set", "function.call=two.py:f", "--workers", "1")
    assert result.exit_code == 2
    assert "[transfer] ranks trials by one score, and the function returned two values in trial 0" in result.stderr


def test_the_card_of_a_comparison_says_it_too() -> None:
    text = 'kind = "feature-study"\n' + Path("tiny.toml").read_text().replace(
        "[preparation]", '[preparation]\nfeature_set = "base"'
    )
    text += '[preparation.feature_sets]\nbase = ["log_return"]\nvolume = ["log_return", "log_volume_change"]\n'
    Path("study.toml").write_text(f'{text}\n[transfer]\nruns = ["runs/tiny"]\n')
    told = card(run_well("tune", "study.toml", "--dry-run"))
    assert told[0].startswith("transfer  runs/tiny: 3 trials of units, learning_rate")
    assert told[1].startswith("transfer  begins with ")
