"""`export` and `refit` through the program: what they write and say, that a refit is called untested wherever it is
used, and what is refused."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cli_helpers import refusal, results, run, run_well, write_prices, write_tiny
from price_bundles import CALLS, custom_arguments, factory
from tunewright.bundle.folder import open_bundle
from tunewright.core.codec import file_digest
from tunewright.entrance import begin, load_bundle, load_experiment, refit, reopen
from tunewright.experiment.locating import locate
from tunewright.prices.bundle.content import PricesContent
from tunewright.prices.bundle.predict import forecast_days
from tunewright.prices.families.known import FAMILIES
from tunewright.runs.life import conduct

pytestmark = pytest.mark.usefixtures("unseen_stills")

ROOT = Path(__file__).parents[1]
IMAGES = """
kind = "images"

[data]
source = "builtin:digits"

[model]
family = "feedforward"
layers = 1
units = 8

[training]
epochs = 3
schedule = "constant"
learning_rate = 0.5
patience = 1

[search]
trials = 1

[space]
units = [8]

[final]
hold_out = true
"""


def tuned(experiment: Path, **changes: Any) -> None:
    """Its run, in `run`, to the end but for the report."""
    given = {key.replace("__", "."): value for key, value in changes.items()}
    conduct(begin(load_experiment(str(experiment), given), out=Path("run")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run on prices that has ended, and what was said of its refit."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        tuned(write_tiny(folder))
        shutil.copytree("run", "ended")
        Path("said.txt").write_text(run_well("refit", "run"))
    return folder


@pytest.fixture
def ended(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the run as it ended, to change; its prices are those beside the first one."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(made / "ended", "run"))


def content(folder: Path) -> Mapping[str, bytes]:
    """The bytes of all files below, by their paths."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def verdict(folder: Path) -> str:
    return str(results(folder)["test"]["verdict"])


def test_a_refit_is_trained_on_all_rows_and_called_untested(made: Path) -> None:
    table, prepared = open_bundle(made / "run" / "refit"), reopen(made / "run").prepared
    rows, last = len(prepared.sealed.release().table), prepared.sealed.last
    first = str(prepared.development.table.dates[0])
    assert table.content["refit"] == {
        "tested": False,
        "count": rows,
        "unit": "row",
        "first": first,
        "last": last,
        "epochs": results(made / "run")["model"]["epochs"],
        "verdict": verdict(made / "run"),
    }
    assert table.content["provenance"]["trained_until"] == last
    assert (made / "said.txt").read_text().splitlines() == [
        "running   refit of run, on all its data",
        f"untested  this model was trained on {rows} rows, {first} to {last}, those of the sealed test among them, so "
        "nothing is left to test it on",
        f"tested    another model of the same configuration, trained without the sealed test: {verdict(made / 'run')}",
        "",
        f"bundle: {Path('run') / 'refit'}",
    ]


def test_it_comes_to_the_same_bits_again_and_changes_nothing_of_the_run(made: Path, ended: Path) -> None:
    before = content(ended)
    told = json.loads(run_well("refit", "run", "--json"))
    assert told == {"bundle": "run/refit", **json.loads((ended / "refit/bundle.json").read_text())["refit"]}
    first, again = content(made / "run"), content(ended)
    assert first["refit/weights.safetensors"] == again["refit/weights.safetensors"]
    assert again["refit/weights.safetensors"] != before["bundle/weights.safetensors"]
    assert content(refit(ended)) == {name.removeprefix("refit/"): one for name, one in again.items() if "refit" in name}
    kept = before.keys() - {"study.db", "study.db.last", ".lock"}
    assert {name: again[name] for name in kept} == {name: before[name] for name in kept}


def test_predict_calls_it_untested(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    told = run("predict", "run/refit", "--json")
    assert told.exit_code == 0
    assert [line.split("  ")[0] for line in told.stderr.splitlines()] == ["untested", "tested", "interval"]
    assert verdict(Path("run")) in told.stderr
    (day,) = json.loads(told.stdout)
    assert (day["tested"], day["interval_of"]) == (False, "tested model")
    (tested,) = json.loads(run_well("predict", "run", "--json"))
    assert not {"tested", "interval_of"} & tested.keys()
    assert tested["forecast"] != day["forecast"]
    for end in ("high", "scaled_high"):
        assert tested[end] / tested["forecast"] == pytest.approx(day[end] / day["forecast"], rel=1e-12)
    assert run("predict", "run/refit", "--out", "out.csv").exit_code == 0
    assert Path("out.csv").read_text().splitlines()[0].endswith(",high,scaled_low,scaled_high,tested,interval_of")


def test_export_calls_it_untested(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made)
    lines = run_well("export", "run/refit", "--format", "torch").splitlines()
    assert [line.split("  ")[0] for line in lines] == ["exported", "compared", "about", "untested", "tested"]
    about = json.loads(Path("run/export/refit.pt2.json").read_text())
    assert about["tested"] is False
    assert about["refit"]["verdict"] == verdict(Path("run"))
    told = json.loads(run_well("export", "run", "--format", "torch", "--json"))
    assert told.pop("difference") < 1e-5
    assert told == {
        "file": f"{made}/run/export/bundle.pt2",
        "about": f"{made}/run/export/bundle.pt2.json",
        "format": "torch",
    }
    assert json.loads(Path(told["about"]).read_text())["tested"] is True


def test_a_rolling_scheme_trains_on_as_many_rows_as_the_tested_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_tiny(tmp_path)
    path.write_text(path.read_text().partition("[space]")[0])
    tuned(path, preparation__scheme="rolling", model__family="ridge", space__penalty=[1.0], search__trials=1)
    told = json.loads(run_well("refit", "run", "--json"))
    prepared = reopen(tmp_path / "run").prepared
    assert told["count"] == len(prepared.final) < len(prepared.development.table)
    assert told["last"] == prepared.sealed.last


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES.names())
def test_every_family_is_refitted_to_the_same_weights(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_tiny(tmp_path)
    path.write_text(path.read_text().partition("[space]")[0])
    call = {"model__call": CALLS[family]} if family in CALLS else {}
    tuned(path, model__family=family, search__trials=1, **call)
    weights = []
    for _ in range(2):
        bundle = load_bundle(refit(Path("run")), factory(family))
        weights.append([one.numpy().copy() for one in bundle.forecaster.model.state_dict().values()])
    tested = load_bundle(Path("run"), factory(family)).forecaster.model.state_dict().values()
    assert all(map(np.array_equal, *weights))
    assert not all(map(np.array_equal, weights[0], (one.numpy() for one in tested)))
    said = run("predict", "run/refit", *custom_arguments(family))
    assert said.exit_code == 0
    assert said.stderr.startswith("untested  ")
    told = json.loads(run_well("export", "run/refit", *custom_arguments(family), "--json"))
    assert json.loads(Path(told["about"]).read_text())["tested"] is False


@pytest.mark.slow
@pytest.mark.parametrize("call", ["net", "keras_model"])
def test_a_users_network_on_images_is_refitted_to_the_same_weights(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = IMAGES.partition("[model]")[0] + "[training]" + IMAGES.partition("[training]")[2].partition("[space]")[0]
    own, family = f"{ROOT / 'images' / 'test_images_exporting.py'}:{call}", "custom" if call == "net" else "keras"
    Path("tiny.toml").write_text(
        text.replace('schedule = "constant"\nlearning_rate = 0.5\n', "")
        + f'[model]\nfamily = "{family}"\ncall = "{own}"\n'
    )
    tuned(Path("tiny.toml"))
    made = locate(own).function if call == "net" else None
    weights = []
    for _ in range(2):
        model = load_bundle(refit(Path("run")), made).classifier.model
        weights.append([one.numpy().copy() for one in model.state_dict().values()])
    assert all(map(np.array_equal, *weights))
    custom = ["--custom", own] if call == "net" else []
    assert run("predict", "run/refit", "--data", "builtin:digits", *custom).stderr.startswith("untested  ")


def test_a_network_on_images_is_trained_on_all_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tiny.toml").write_text(IMAGES)
    tuned(Path("tiny.toml"))
    lines = run_well("refit", "run").splitlines()
    assert lines[1] == (
        "untested  this model was trained on 1797 images, those of the sealed test among them, so nothing is left to "
        "test it on"
    )
    assert verdict(Path("run")) in lines[2]
    curve = results(Path("run"))["contestants"][0]["curves"]["validation_loss"]
    told = open_bundle(Path("run/refit")).content["refit"]
    assert told["epochs"] == int(np.argmin(curve)) + 1
    first = content(Path("run/refit"))
    run_well("refit", "run")
    assert content(Path("run/refit"))["weights.safetensors"] == first["weights.safetensors"]
    found = run("predict", "run/refit", "--data", "builtin:digits", "--json")
    assert found.stderr.startswith("untested  ")
    assert {row["tested"] for row in json.loads(found.stdout)} == {False}
    run("predict", "run/refit", "--data", "builtin:digits", "--out", "out.csv")
    assert Path("out.csv").read_text().startswith("image,class,probability,tested,0,1,2")


def test_a_run_that_has_not_ended_or_was_changed_is_refused(ended: Path, made: Path) -> None:
    changed = (
        "run was changed since it ended: its experiment, study, results and bundle are not of one run; bring them back "
        "as they were, or go on with `tunewright resume run`"
    )
    other = (
        "this study belongs to another experiment or to other data; bring both back as they were, or begin anew with "
        "another --out"
    )
    experiment, told = ended / "experiment.toml", ended / "results.json"
    text, kept = experiment.read_text(), told.read_text()
    experiment.write_text(text.replace("epochs = 2", "epochs = 3"))
    assert refusal("refit", "run") == other
    experiment.write_text(text.replace("    8,\n", "    8,\n    16,\n"))
    assert experiment.read_text() != text
    assert refusal("refit", "run") == changed
    other_prices = write_prices(Path("prices.csv"), seed=2).resolve()
    experiment.write_text(text.replace(str(made / "prices.csv"), str(other_prices)))
    assert experiment.read_text() != text
    assert refusal("refit", "run") == other
    experiment.write_text(text)
    told.write_text(kept.replace(results(ended)["study"]["fingerprint"], "0" * 64))
    assert refusal("refit", "run") == changed
    told.unlink()
    assert refusal("refit", "run") == (
        "run has not ended, so it has no winner to train again; go on with `tunewright resume run`"
    )
    told.write_text(kept)
    (ended / "bundle" / "bundle.json").write_text("{}")
    assert refusal("refit", "run").startswith("the bundle run/bundle is refused: bundle.json is not the file")
    assert not (ended / "refit").exists()


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("tested", True, "refit.tested: input should be False, found True"),
        ("unit", "rows", "refit.unit: input should be 'row' or 'image', found 'rows'"),
        ("verdict", "", "refit.verdict: string should have at least 1 character, found ''"),
        ("more", 1, "refit.more: extra inputs are not permitted, found 1"),
    ],
)
def test_another_label_is_refused(made: Path, tmp_path: Path, key: str, value: object, told: str) -> None:
    folder = Path(shutil.copytree(made / "run" / "refit", tmp_path / "forged"))
    path, checksums = folder / "bundle.json", folder / "checksums.json"
    forged = json.loads(path.read_text())
    forged["refit"][key] = value
    path.write_text(json.dumps(forged))
    checksums.write_text(json.dumps(json.loads(checksums.read_text()) | {"bundle.json": file_digest(path)}))
    expected = f"{folder} is not a usable bundle: {told}"
    assert refusal("predict", folder, "--data", made / "prices.csv") == expected
    assert refusal("export", folder, "--format", "torch") == expected


def test_what_has_no_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    conduct(begin(load_experiment("quadratic", {"search.trials": 2}), out=Path("run")))
    assert refusal("refit", "run") == "`refit` trains a model again, and run, of kind 'function', has none"
    assert refusal("export", "run").startswith("run is not a bundle: expected a folder with checksums.json")
    assert refusal("refit", "none") == (
        "none is not a run folder: it has no experiment.toml; `tunewright tune` makes one"
    )
    assert refusal("export", "run", "--format", "tflite") == "--format: expected onnx, torch, keras, found 'tflite'"


def test_its_bundle_is_read_back_with_the_label(made: Path) -> None:
    tested, untested = (load_bundle(made / "run" / name) for name in ("bundle", "refit"))
    assert tested.refit is None
    assert untested.refit.tested is False
    assert untested.errors == tested.errors
    assert PricesContent.model_validate_json((made / "run/refit/bundle.json").read_text()).refit == untested.refit
    assert [day.tested for day in forecast_days(untested, untested.context)] == [False]
    changed = [not torch.equal(one, other) for one, other in zip(
        tested.forecaster.model.state_dict().values(), untested.forecaster.model.state_dict().values(), strict=True
    )]  # fmt: skip
    assert any(changed)
