"""`tunewright compare`: what it says of made-up runs whose forecasts are planted, and what it refuses."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cli_helpers import refusal, run_well
from finished_runs import function_run, image_run, price_run
from report_html import LOADING, Page
from tunewright.comparing import compare

OLD = Path(__file__).parents[1] / "old_runs"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs that nothing changes: prices alike and better, from one seed and from several."""
    folder = tmp_path_factory.mktemp("made")
    for seed in (0, 1):
        price_run(folder / f"runs/alike-{seed}", seed=seed)
        price_run(folder / f"runs/seeds-{seed}", seed=seed, seeds=4 + seed)
    price_run(folder / "runs/better", knows=0.3, seed=2)
    price_run(folder / "runs/better-seeds", knows=0.3, seed=2, seeds=3)
    price_run(folder / "runs/far", horizon=5)
    function_run(folder / "runs/one", lowest=0.25)
    function_run(folder / "runs/two", lowest=0.5)
    function_run(folder / "runs/other", lowest=0.5, function="hill.py:hill")
    rng = np.random.default_rng(0)
    hits = rng.random((2, 400)) < 0.8
    image_run(folder / "runs/sure", np.maximum(hits[:1], rng.random((1, 400)) < 0.7))
    image_run(folder / "runs/unsure", hits[:1], first=100)
    image_run(folder / "runs/unsure-2", hits[1:])
    image_run(folder / "runs/image-seeds", rng.random((4, 400)) < rng.normal(0.8, 0.03, (4, 1)))
    image_run(folder / "runs/image-seeds-2", rng.random((3, 400)) < rng.normal(0.8, 0.03, (3, 1)))
    image_run(folder / "runs/elsewhere", hits[:1], first=1000)
    (folder / "runs/unfinished").mkdir()
    (folder / "runs/unfinished/experiment.toml").write_text("")
    return folder


@pytest.fixture(autouse=True)
def here(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs").symlink_to(made / "runs")


def compared(*names: str) -> dict[str, Any]:
    return compare([f"runs/{name}" for name in names]).as_dict()


ALONE = (
    "Each run has one training, so a test speaks of the trained models alone and not of their configurations: another "
    "training seed may turn it round (final.seeds = 10 trains from more)."
)


def test_two_seeds_of_one_experiment_cannot_be_told_apart() -> None:
    told = compared("alike-0", "alike-1")
    assert told["headline"] == "alike-0 and alike-1 cannot be told apart"
    (pair,) = told["pairs"]
    assert pair["standing"] == "even"
    assert pair["p"] == pair["adjusted_p"] > 0.05
    assert pair["low"] < 0 < pair["high"]
    assert told["common"] == {"unit": "sealed day", "count": 300, "first": "2001-04-23", "last": "2002-06-14"}
    assert told["sentences"][-1] == ALONE
    assert {"name": "seed", "tuned": False, "values": [0, 1]} in told["differing"]


def test_a_planted_better_one_is_told() -> None:
    told = compared("alike-0", "better")
    assert told["headline"] == "The trained model of better is better than that of alike-0"
    (pair,) = told["pairs"]
    assert (pair["one"], pair["other"], pair["trainings"], pair["standing"]) == ("better", "alike-0", [1, 1], "better")
    assert told["sentences"][0].startswith("On 300 common sealed days the squared error of better is 50 % ")
    assert "below that of alike-0 (95 %: −" in told["sentences"][0]
    assert "; Diebold-Mariano p < 0.001)." in told["sentences"][0]
    assert told["sentences"][1:] == [ALONE]


def test_the_order_of_the_runs_changes_no_number() -> None:
    one, other = compared("alike-0", "alike-1")["pairs"][0], compared("alike-1", "alike-0")["pairs"][0]
    assert {**one, "trainings": None} == pytest.approx({**other, "trainings": None})


def test_over_seeds_it_speaks_of_the_winners() -> None:
    even, better = compared("seeds-0", "seeds-1"), compared("better-seeds", "seeds-1")
    assert even["headline"] == "seeds-0 and seeds-1 cannot be told apart"
    assert better["headline"] == "better-seeds is better than seeds-1"
    assert better["pairs"][0]["trainings"] == [3, 5]
    assert "Diebold-Mariano" not in better["sentences"][0]
    assert better["sentences"][1] == (
        "Days and training seeds both count as chance (trainings: 3 of better-seeds and 5 of seeds-1): it speaks of "
        "these winners, not of what another search would find."
    )


def test_beside_one_training_several_say_no_more_than_one() -> None:
    told = compared("seeds-0", "alike-1")
    assert told["pairs"][0]["trainings"] == [1, 1]
    assert told["sentences"][1].startswith(
        "alike-1 has one training, so a test with it speaks of the trained models alone"
    )


def test_of_several_each_pair_is_tested_and_p_is_corrected() -> None:
    told = compared("alike-0", "alike-1", "better")
    assert told["headline"] == "The trained model of better is better than those of alike-0 and alike-1"
    assert [pair["standing"] for pair in told["pairs"]] == ["even", "better", "better"]
    ps = sorted(pair["p"] for pair in told["pairs"])
    assert sorted(pair["adjusted_p"] for pair in told["pairs"]) == pytest.approx(
        [3 * ps[0], max(3 * ps[0], 2 * ps[1]), ps[2]]
    )
    assert "1 other pair cannot be told apart." in told["sentences"]
    assert "p is corrected for 3 pairs (Holm): of many, some look better by chance." in told["sentences"]


def test_a_copy_makes_the_same_forecasts(tmp_path: Path, made: Path) -> None:
    shutil.copytree(made / "runs/alike-0", tmp_path / "copy/alike-0")
    told: Any = compare(["runs/alike-0", "copy/alike-0"]).as_dict()
    assert [one["label"] for one in told["runs"]] == ["runs/alike-0", "copy/alike-0"]
    assert told["headline"] == "runs/alike-0 and copy/alike-0 make the same forecasts"
    assert told["pairs"][0]["standing"] == "same"


def test_images_are_paired_by_what_is_on_them() -> None:
    told = compared("unsure", "sure", "unsure-2")
    assert told["common"] == {"unit": "sealed image", "count": 300, "first": None, "last": None}
    first = told["pairs"][0]
    assert (first["one"], first["other"], first["standing"]) == (
        "sure",
        "unsure",
        "even" if first["adjusted_p"] >= 0.05 else "better",
    )
    assert sum(first["agreement"].values()) == 300
    a, b = first["agreement"]["one_alone"], first["agreement"]["other_alone"]
    assert first["difference"] == pytest.approx((a - b) / 300)
    assert told["test"] == "McNemar"


def test_images_from_several_seeds_count_their_scatter() -> None:
    told = compared("image-seeds", "image-seeds-2")
    assert told["headline"] == "image-seeds and image-seeds-2 cannot be told apart"
    assert told["pairs"][0]["trainings"] == [4, 3]
    assert "McNemar" not in told["sentences"][0]


def test_functions_have_one_value_and_no_test() -> None:
    told = compared("two", "one")
    assert (told["headline"], told["pairs"]) == ("No paired test is possible", [])
    assert told["sentences"][0].startswith("The lowest value is 0.25, found by one. ")
    assert [run["value"] for run in told["runs"]] == [0.5, 0.25]


def test_json_is_what_is_told_and_where_the_page_is() -> None:
    told = json.loads(run_well("compare", "runs/two", "runs/one", "--json"))
    assert told == {**compared("two", "one"), "page": "comparison.html"}
    assert Path("comparison.html").exists()


def test_the_terminal_tells_it_in_tables() -> None:
    shown = run_well("compare", "runs/alike-0", "runs/alike-1", "runs/better")
    tables = shown[shown.index(" Run ") : shown.index("page: ")]
    assert max(len(line) for line in tables.splitlines()) <= 80
    assert "no skill found" in tables
    assert "the model of better is better" in tables
    assert "What differs" in tables


def test_the_page_needs_no_network_and_overwrites_nothing() -> None:
    for name in ("comparison.html", "comparison-2.html"):
        assert f"page: {name}" in run_well("compare", "runs/sure", "runs/unsure")
    text = Path("comparison.html").read_text("utf-8")
    page = Page(text)
    assert "cannot be told apart" in text or "is better than that of" in text
    assert all(
        value is None or value.startswith(("#", "data:"))
        for _, attrs in page.tags
        for name, value in attrs.items()
        if name in LOADING
    )
    assert all(attrs.get("alt") for tag, attrs in page.tags if tag == "img")
    assert refusal("compare", "runs/sure", "runs/unsure", "--out", "comparison.html") == (
        "comparison.html is there already; choose another --out, or remove it"
    )
    assert "choose another --out" in refusal("compare", "runs/sure", "runs/unsure", "--out", "no/such/page.html")


def test_names_from_outside_are_text(tmp_path: Path, made: Path) -> None:
    name = "<script>alert(1)<"
    shutil.copytree(made / "runs/better", tmp_path / name)
    run_well("compare", "runs/alike-0", tmp_path / name, "--out", "page.html")
    assert "<script>alert" not in Path("page.html").read_text("utf-8")


REFUSED = {
    ("alike-0",): (
        "`compare` expects the folders of two finished runs or more, found one; such as `tunewright compare runs/one "
        "runs/two`"
    ),
    ("alike-0", "missing"): (
        "expected the folder of a run, found no folder runs/missing; such as `tunewright compare runs/one runs/two`"
    ),
    ("alike-0", "."): "runs is not a run folder: it has no experiment.toml; `tunewright runs` lists runs",
    ("alike-0", "unfinished"): (
        "runs/unfinished is not finished; go on with `tunewright resume runs/unfinished`, then compare"
    ),
    ("alike-0", "alike-1", "../runs/alike-0"): (
        "runs/../runs/alike-0 is given twice (as runs/alike-0); give each run once"
    ),
    ("alike-0", "one"): (
        "expected runs of one kind, found 'prices' (alike-0) and 'function' (one); compare runs that tuned the same "
        "kind of thing"
    ),
    ("alike-0", "far"): (
        "expected runs that forecast the same thing equally far ahead, found Close (price), 1 day ahead (alike-0) "
        "and Close (price), 5 days ahead (far); leave one out"
    ),
    ("one", "other"): (
        "expected runs of one function, found bowl.py:bowl (one) and hill.py:hill (other); leave the others out"
    ),
    ("sure", "elsewhere"): (
        "expected two images or more that all runs have sealed, found 0 images (of 400 in sure, 400 in elsewhere); "
        "compare runs on the same images, read in the same size and colour"
    ),
}  # fmt: skip


@pytest.mark.parametrize("names", REFUSED)
def test_what_cannot_be_compared_is_refused(names: tuple[str, ...]) -> None:
    assert refusal("compare", *(f"runs/{name}" for name in names)) == REFUSED[names]
    assert not Path("comparison.html").exists()


def test_runs_of_the_list_can_be_given(made: Path) -> None:
    listed = {Path(one["folder"]).name: one for one in json.loads(run_well("runs", "--json"))["runs"]}
    assert {listed[name]["ended"] for name in ("alike-0", "sure", "one")} >= {"no skill found", "lowest value 0.25"}
    assert "% right" in listed["sure"]["ended"]
    found = compare([listed[name]["folder"] for name in ("alike-0", "alike-1")])
    assert [one.label for one in found.contest.contenders] == ["alike-0", "alike-1"]


def test_a_name_from_the_list_of_runs_is_helped_on(made: Path) -> None:
    assert refusal("compare", "alike-0", "alike-1") == (
        "expected the folder of a run, found no folder alike-0; did you mean runs/alike-0?"
    )


def changed(made: Path, name: str, change: Any) -> Path:
    """A copy of alike-1, its days changed by a function of its predictions."""
    shutil.copytree(made / "runs/alike-1", folder := Path(name))
    table = pd.read_csv(folder / "predictions.csv")
    table = change(table)
    table.to_csv(folder / "predictions.csv", index=False)
    record = json.loads((folder / "results.json").read_text())
    record["test"]["rows"] = len(table)
    (folder / "results.json").write_text(json.dumps(record))
    return folder


def test_other_prices_on_the_same_days_are_not_paired(made: Path) -> None:
    def later_dividend(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(close=[*table["close"][:7], *(0.99 * table["close"][7:])])

    error = refusal("compare", "runs/alike-0", changed(made, "dividend", later_dividend))
    close = pd.read_csv(made / "runs/alike-0/predictions.csv")["close"][7]
    assert error == (
        f"expected the same data on the same days, found on 2001-05-02 a close of {close:.10g} (alike-0) and "
        f"{0.99 * close:.10g} (dividend); compare runs on one file, or on the same ticker and close"
    )


def test_only_common_days_count(made: Path) -> None:
    told: Any = compare(["runs/alike-0", changed(made, "later", lambda table: table[120:])]).as_dict()
    assert (told["common"]["count"], told["common"]["first"]) == (180, "2001-10-08")
    assert [one["rows"] for one in told["runs"]] == [300, 180]
    moved = changed(made, "apart", lambda table: table.assign(date=table["date"].str.replace("200", "201")))
    assert refusal("compare", "runs/alike-0", moved) == (
        "expected more than 1 sealed day that all runs have, found 0 (alike-0 2001-04-23 to 2002-06-14; apart "
        "2011-04-23 to 2012-06-14); compare runs whose sealed tests overlap"
    )


def test_an_image_of_two_classes_is_refused(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "runs/unsure-2", tmp_path / "mixed")
    path = tmp_path / "mixed/predictions_by_seed.csv"
    lines = path.read_text().splitlines()
    lines[3] = lines[3].replace(",cat,", ",cow,", 1)
    path.write_text("\n".join(lines) + "\n")
    assert refusal("compare", "runs/sure", tmp_path / "mixed") == (
        f"expected the same class for the same image, found for {2:032x} the classes 'cat' (sure) and 'cow' (mixed); "
        "compare runs on images that are labelled alike"
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    for name in ("prices", "ridge", "images", "ladder"):
        with zipfile.ZipFile(OLD / f"{name}.zip") as archive:
            archive.extractall(tmp_path / name)
    return tmp_path


def test_runs_of_earlier_versions(old: Path, made: Path) -> None:
    shutil.copytree(old / "prices", old / "again")
    assert "make the same forecasts" in run_well("compare", "prices", "again")
    assert "expected the same data on the same days" in refusal("compare", "prices", "ridge"), "two indices"
    assert refusal("compare", "images", "runs/sure") == (
        "images does not say which images it sealed: an earlier version wrote it; run its experiment again"
    )
    shutil.copytree(old / "ladder", old / "ladder-2")
    assert "found runs of a comparison" in refusal("compare", "ladder", "ladder-2")


def test_a_damaged_file_is_one_line(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "runs/seeds-0", tmp_path / "torn")
    path = tmp_path / "torn/predictions_by_seed.csv"
    path.write_text(path.read_text().replace("2001-04-23", "2001-04-22"))
    assert refusal("compare", "runs/seeds-1", "torn") == (
        "torn/predictions_by_seed.csv: expected the days and the forecasts of predictions.csv, found others; bring "
        "both back as they were"
    )
    path.write_text("date,seed_0\nx,y\n")
    assert "expected numbers in the columns of seeds" in refusal("compare", "runs/seeds-1", "torn")
    path.write_text("day\n")
    assert "expected a column date, found none" in refusal("compare", "runs/seeds-1", "torn")
    (tmp_path / "torn/experiment.toml").write_text("= 1")
    assert "experiment.toml cannot be read" in refusal("compare", "runs/seeds-1", "torn")
