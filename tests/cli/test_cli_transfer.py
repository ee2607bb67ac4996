"""`[transfer]` through the command line: earlier runs begin a new one; what they cannot tell is said in one line."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

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
    """Two runs of a function, one on prices, and one on images."""
    folder = tmp_path_factory.mktemp("transfer")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TUNEWRIGHT_STATE", str(folder / "state"))
        Path("old.toml").write_text(EXPERIMENT)
        for seed in ("1", "2"):
            run_well("tune", "old.toml", "--seed", seed, "--out", f"runs/old-{seed}", *QUICK)
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


def test_two_objectives_are_no_ranking() -> None:
    name = written('runs = ["runs/digits"]', experiment=DIGITS.replace("trials = 4", 'second_objective = "parameters"'))
    message = refusal("tune", name, "--set", "pruner.name=none", *QUICK)
    assert "[transfer] ranks trials by one score, and search.second_objective asks for two; remove one" in message


def card(told: str) -> list[str]:
    return [line for line in told.splitlines() if line.startswith(("transfer", "warning"))]


def dry(transfer: str, *changes: str) -> list[str]:
    """What the card of a run says of its earlier ones."""
    return card(run_well("tune", written(transfer), *changes, "--dry-run"))


def test_the_card_says_what_is_done_with_the_earlier_runs() -> None:
    runs = 'runs = ["runs/old-1"]'
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
    assert dry('runs = ["runs/few", "runs/old-1"]')[-1].endswith(", none of runs/few, too few or too noisy to tell")


def test_results_and_page_say_what_was_known(tmp_path: Path) -> None:
    run_well("tune", written('runs = ["runs/old-1"]'), "--out", tmp_path / "new", *QUICK)
    study = results(tmp_path / "new")["study"]
    earlier, best = study["earlier"], study["best"]["number"]
    (known,) = earlier["runs"]
    assert (known["run"], known["told"], known["trials"]) == ("runs/old-1", "12 trials of x, y", 12)
    assert earlier["first"] == [0, 1, 2]
    page = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")
    assert (
        f"The sampler was shown {known['shown']} trials of theirs before it had any of its own, and then fewer." in page
    )
    assert "It began with 3 configurations of 1 earlier run." in page
    assert f"Trial {best}, the best, is {'one' if best < 3 else 'none'} of those that it began with." in page
    assert f"runs/old-1: 12 trials of x, y; {known['shown']} shown" in page
    assert results(Path("runs/old-1"))["study"]["earlier"] is None


def test_a_function_of_two_objectives_is_refused_like_a_model() -> None:
    Path("two.py").write_text("def f(params):\n    return params['x'] ** 2, params['y'] ** 2\n")
    result = run("tune", written('runs = ["runs/old-1"]'), "--set", "function.call=two.py:f", "--workers", "1")
    assert result.exit_code == 2
    assert "[transfer] ranks trials by one score, and the function returned two values in trial 0" in result.stderr


def test_the_card_of_a_comparison_says_it_too() -> None:
    text = 'kind = "feature-study"\n' + Path("tiny.toml").read_text().replace(
        "[preparation]", '[preparation]\nfeature_sets = { close = ["close"], volume = ["close", "volume"] }'
    )
    Path("study.toml").write_text(f'{text}\n[transfer]\nruns = ["runs/tiny"]\n')
    told = card(run_well("tune", "study.toml", "--dry-run"))
    assert told[0].startswith("transfer  runs/tiny: 3 trials of units, learning_rate")
    assert told[1].startswith("transfer  begins with ")
