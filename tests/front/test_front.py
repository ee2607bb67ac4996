"""The front door: from a table in memory to a verdict, in a few lines."""

import io
import json
import re
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import tunewright as tw
from docs_reading import ROOT, table_rows
from tunewright.prices.data.synthetic import random_walk

SMALL = {"training": {"epochs": 1}, "preparation.folds": 1, "preparation": {"time_step": 5}}
SPACE = {"units": [4, 8], "learning_rate": tw.Real(1e-3, 1e-2, log=True)}


def prices(rows: int = 300, *, seed: int = 1) -> pd.DataFrame:
    table = random_walk(rows, seed=seed)
    return pd.DataFrame({"Close": table.close}, index=pd.DatetimeIndex(table.dates.astype("datetime64[ns]")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("front")


@pytest.fixture(scope="module")
def result(folder: Path) -> tw.Result:
    return tw.tune(prices(), space=SPACE, trials=2, settings=SMALL, workers=0, out=str(folder / "run"))


def test_the_verdict_is_that_of_the_report(result: tw.Result) -> None:
    assert result.verdict == json.loads((result.path / "results.json").read_text())["test"]["verdict"]
    assert result.verdict in repr(result)
    assert repr(result).startswith("<Result of prices-lstm in ")
    assert result.report.is_file()


def test_trials_are_a_table(result: tw.Result) -> None:
    trials = result.trials
    assert list(trials.index) == [0, 1]
    assert {"state", "score", "seconds", "params_units", "params_learning_rate"} <= set(trials.columns)
    best = trials.sort_values("score").iloc[0]
    assert best["score"] == result.score
    assert best["params_units"] == result.params["units"]
    assert result.params.keys() == SPACE.keys(), "the recipe's own space is not tuned"


def test_predictions_are_those_of_the_sealed_days(result: tw.Result) -> None:
    frame = result.predictions
    assert len(frame) == result.record["test"]["rows"] == 60
    assert frame.index[-1] == prices().index[-1]
    assert np.allclose(frame["last_value"], prices()["Close"].shift(1).loc[frame.index])


def test_it_predicts_from_a_table_and_from_its_own_data(result: tw.Result) -> None:
    own = result.predict(last=3)
    assert list(own["made_after"]) == [str(day.date()) for day in prices().index[-3:]]
    assert result.predict(prices(), last=3).equals(own)
    assert result.predict(prices().iloc[:-1]).iloc[0]["forecast"] == pytest.approx(own.iloc[1]["forecast"])


def test_of_other_prices_it_warns(result: tw.Result) -> None:
    with pytest.warns(UserWarning, match="these are not the prices that the model was tested on") as told:
        result.predict(prices(seed=2))
    assert Path(told[0].filename) == Path(__file__)


def test_the_model_is_a_torch_module(result: tw.Result) -> None:
    torch = pytest.importorskip("torch")
    assert not result.model.training
    assert result.model(torch.zeros(5, 3, 1)).shape == (3,)


def test_figures_are_objects(result: tw.Result, tmp_path: Path) -> None:
    figures = result.figures
    assert "forecast_price" in figures
    one = figures["forecast_price"]
    one.save(str(tmp_path / "one.png"))
    assert (tmp_path / "one.png").read_bytes() == (result.path / "figures" / "forecast_price.png").read_bytes()
    assert repr(one) == f"<Picture: {one.title}>"
    assert all(type(plot).__name__ == "Figure" for plot in one.plotly())
    again = tw.load(result.path).figures
    assert list(again) == list(figures), "those of the report that was just made are those of its folder"


def test_a_notebook_keeps_a_figure_small_and_knows_what_it_shows(result: tw.Result) -> None:
    one = result.figures["forecast_price"]
    small, how = one._repr_png_()
    with Image.open(io.BytesIO(small)) as few, Image.open(io.BytesIO(one.png)) as full:
        assert few.size == full.size
        away = np.abs(np.asarray(few.convert("RGB"), int) - np.asarray(full.convert("RGB"), int))
    assert away.mean() < 2, "in levels of 255"
    assert len(small) < 0.6 * len(one.png)
    assert how == {"alt": one.alt, "width": 720}
    assert one.alt.startswith("From 20"), "what the picture shows, not what it is called"


def test_a_comparison_answers_with_its_sentence(tmp_path: Path) -> None:
    record = {"name": "study", "kind": "feature-study", "study": None, "comparison": {"sentence": "No <claim> holds."}}
    compared = tw.Result(tmp_path, record)
    assert compared.verdict == "No <claim> holds."
    assert "No <claim> holds." in repr(compared)
    assert "<b>No &lt;claim&gt; holds.</b>" in compared._repr_html_()


def test_a_notebook_shows_verdict_parameters_and_report(result: tw.Result) -> None:
    page = result._repr_html_()
    assert "2 trials (2 complete)" in page
    assert "<td>units</td>" in page
    assert str(result.report) in page
    assert result.verdict.partition("'")[0] in page
    assert escape(result.record["tuning"]["sentence"]) in page
    assert escape(result.record["worth"]["sentence"]) in page


def test_a_finished_run_is_loaded_and_resumed_as_it_is(result: tw.Result) -> None:
    fingerprint = result.record["study"]["fingerprint"]
    for again in (tw.load(str(result.path)), tw.resume(str(result.path))):
        assert again.record["study"]["fingerprint"] == fingerprint


@pytest.mark.usefixtures("unseen_here")
def test_the_same_data_in_a_file_and_any_workers_give_the_same_study(result: tw.Result, folder: Path) -> None:
    file = folder / "prices.csv"
    prices().to_csv(file)
    again = tw.tune(file, space=SPACE, trials=2, settings=SMALL, workers=2, out=folder / "again")
    assert again.record["study"]["fingerprint"] == result.record["study"]["fingerprint"]
    more = tw.resume(again.path, trials=3, workers=0)
    assert len(more.trials) == 3
    assert more.trials.iloc[:2]["score"].equals(result.trials["score"])


@pytest.mark.usefixtures("unseen_here")
def test_images_come_as_arrays(folder: Path) -> None:
    generator = np.random.default_rng(0)
    labels = np.tile([0, 1], 60)
    images = generator.integers(0, 100, (120, 8, 8), dtype=np.uint8) + 100 * labels[:, None, None].astype(np.uint8)
    result = tw.tune((images, labels), trials=1, settings={"training": {"epochs": 1}}, workers=0, out=folder / "images")
    assert "%" in result.verdict
    assert len(result.predict((images[:5], labels[:5]))) == 5
    assert len(result.predictions) == 30, "a quarter is sealed"


@pytest.mark.usefixtures("unseen_here")
def test_a_function_has_trials_and_no_verdict(folder: Path) -> None:
    result = tw.tune("quadratic", trials=3, workers=0, out=folder / "quadratic")
    assert len(result.trials) == 3
    for ask in (lambda: result.verdict, lambda: result.predictions):
        with pytest.raises(tw.ConfigError, match="a run of kind 'function' has no "):
            ask()


def test_it_audits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert tw.audit(prices(), settings={"preparation.folds": 1}).findings == ()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: tw.tune("nowhere.toml"), "nowhere.toml does not exist"),
        (lambda: tw.tune("nowhere.csv"), "nowhere.csv"),
        (lambda: tw.tune(prices(), recipe="prices-lstmm"), "did you mean 'prices-lstm'"),
        (lambda: tw.tune("prices-lstm", space={"unit": (4, 8)}), "unknown parameter 'unit'"),
        (lambda: tw.tune("prices-lstm", space={"units": 4}), "space: units: expected (low, high)"),
        (lambda: tw.tune("prices-lstm", settings={"training": {"epoch": 3}}), "unknown key 'epoch'"),
        (lambda: tw.tune("prices-lstm", settings=["training.epochs=3"]),  # type: ignore[arg-type]
         'settings: expected a mapping such as {"training.epochs": 30}'),
        (lambda: tw.tune("prices-lstm", out=__file__), "is a file"),
        (lambda: tw.load("nowhere"), "nowhere is not a run folder"),
        (lambda: tw.resume("nowhere"), "nowhere is not a run folder"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_a_line(call: Any, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(tw.InputError) as refused:
        call()
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unfinished_run_says_how_to_go_on(result: tw.Result, tmp_path: Path) -> None:
    (tmp_path / "experiment.toml").write_text((result.path / "experiment.toml").read_text())
    with pytest.raises(tw.InputError, match=r"is not finished; go on with tunewright\.resume\('"):
        tw.load(tmp_path)


SCRIPT = """
import tunewright as tw

print("began")
result = tw.tune("quadratic", trials=3, workers=2, out="run")
print(len(result.trials))
"""


def test_a_script_needs_no_guard_and_runs_once(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=240
    )
    assert done.stdout == "began\n3\n", "nothing but what the script prints, once"


def test_every_public_name_is_documented() -> None:
    rows = [row[0] for row in table_rows((ROOT / "docs/python.md").read_text("utf-8"))]
    told = {name for cell in rows for name in re.findall(r"`(\w+)", cell)}
    assert set(tw.__all__) <= told


def test_only_public_names_are_shown() -> None:
    assert dir(tw) == sorted(tw.__all__)
    assert all(getattr(tw, name) is not None for name in tw.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'tun'"):
        tw.tun  # noqa: B018


def test_a_refitted_model_predicts_and_says_that_it_is_untested(result: tw.Result) -> None:
    folder = tw.refit(str(result.path))
    found = tw.predict(folder, prices(), last=2)
    assert list(found["tested"]) == [False, False]
    assert found["made_after"].tolist() == result.predict(last=2)["made_after"].tolist()


def test_the_model_is_exported_for_plain_torch(result: tw.Result, folder: Path) -> None:
    made = tw.export(result.path, format="torch", out=str(folder / "model.pt2"))
    assert made.file == folder / "model.pt2"
    assert made.difference < 1e-5
