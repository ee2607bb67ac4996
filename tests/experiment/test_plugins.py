"""Kinds and families of other packages: one file each, found by an entry point, run through the program."""

import re
import shutil
from pathlib import Path

import pytest

import tunewright
from cli_helpers import refusal, results, run_well, write_prices
from tunewright.core.plugins import loaded
from tunewright.prices.testing import check_family

pytestmark = pytest.mark.usefixtures("unseen_stills")

ENTRY_POINTS = """
[tunewright.kinds]
coins = toy_kind:COINS

[tunewright.price_families]
last_row = toy_family:FAMILY
"""
COINS = """
kind = "coins"

[space]
heads = { low = 0.1, high = 0.9 }
"""
FAMILIES = """
[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5

[training]
epochs = 2

[search]
trials = 3

[model]
family = "last_row"

[space]
scale = { low = 0.5, high = 2.0 }
"""


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a package with both plug-ins was installed; the test is in an empty folder."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("toy_kind.py", "toy_family.py"):
        shutil.copy(Path(__file__).parents[1] / name, site / name)
    distribution(site, "toys", ENTRY_POINTS)
    monkeypatch.syspath_prepend(site)
    monkeypatch.chdir(tmp_path)


def distribution(site: Path, name: str, entry_points: str) -> None:
    told = site / f"{name}-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(entry_points)


def test_a_kind_from_outside_runs_predicts_and_reports() -> None:
    Path("coin.toml").write_text(COINS)
    told = run_well("tune", "coin.toml", "--out", "run", "--workers", "1")
    assert told.startswith("running   coin, an experiment on a coin: 5 trials\ncoin      fair?\n")
    heads = results(Path("run"))["coin"]["heads"]
    assert f"The coin falls {heads:.3f}." in told
    assert f"heads {heads:.3f}" in Path("run/report.html").read_text()
    assert run_well("predict", "run", "--data", "10") == f"{10 * heads:.1f} heads of 10\n"
    Path("run/report.html").unlink()
    assert "report:" in run_well("report", "run")
    assert Path("run/report.html").exists()
    run_well("resume", "run", "--trials", "6", "--workers", "1")
    assert len(results(Path("run"))["study"]["trials"]) == 6


def test_a_family_from_outside_runs_predicts_and_reports() -> None:
    write_prices(Path("prices.csv"))
    Path("toy.toml").write_text(FAMILIES)
    told = run_well("tune", "toy.toml", "--out", "run", "--workers", "1")
    assert "the tuned last row's squared error" in told
    assert results(Path("run"))["model"]["spec"]["family"] == "last_row"
    assert "forecast" in run_well("predict", "run", "--data", "prices.csv")
    assert "report:" in run_well("report", "run")


def test_a_family_from_outside_keeps_the_promises() -> None:
    check_family(loaded("toy_family:FAMILY"))


def test_a_family_that_is_not_installed_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree("site/toys-1.0.dist-info")
    write_prices(Path("prices.csv"))
    Path("toy.toml").write_text(FAMILIES)
    known = "custom, dlinear, gru, keras, lstm, mlp, nlinear, ridge, tcn, transformer"
    refused = refusal("tune", "toy.toml")
    assert f"model.family: unknown family 'last_row'; expected one of {known}" in refused


def test_a_plugin_that_cannot_be_loaded_is_one_line() -> None:
    distribution(Path("site"), "broken", "[tunewright.kinds]\nbroken = nowhere:KIND\n")
    Path("some.toml").write_text('kind = "broken"')
    said = refusal("tune", "some.toml")
    assert said.startswith("the plug-in 'broken' (nowhere:KIND) cannot be loaded: ModuleNotFoundError")


def test_every_place_that_is_loaded_later_is_there() -> None:
    """Places are text, which no type checker follows."""
    source = Path(tunewright.__file__).parent
    places = [
        place
        for path in source.rglob("kind*.py")
        for place in re.findall(r'"(tunewright[\w.]+:\w+)"', path.read_text())
    ]
    assert len(places) > 12
    for place in places:
        assert loaded(place) is not None
