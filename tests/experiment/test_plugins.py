"""Kinds and families of other packages: one file each, found by an entry point, run through the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tunewright
from cli_helpers import PROGRAM, results, write_prices
from tunewright.core.plugins import loaded

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


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """That of a Python in which a package with both plug-ins is installed."""
    site = tmp_path_factory.mktemp("site")
    for name in ("toy_kind.py", "toy_family.py"):
        shutil.copy(Path(__file__).parents[1] / name, site / name)
    told = site / "toys-1.0.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text(ENTRY_POINTS)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])}


def said(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [str(PROGRAM), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_kind_from_outside_runs_predicts_and_reports(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "coin.toml").write_text(COINS)
    told = said(tmp_path, environment, "tune", "coin.toml", "--out", "run", "--workers", "1")
    assert told.startswith("running   coin, an experiment on a coin: 5 trials\ncoin      fair?\n")
    heads = results(tmp_path / "run")["coin"]["heads"]
    assert f"The coin falls {heads:.3f}." in told
    assert f"heads {heads:.3f}" in (tmp_path / "run/report.html").read_text()
    assert said(tmp_path, environment, "predict", "run", "--data", "10") == f"{10 * heads:.1f} heads of 10\n"
    (tmp_path / "run/report.html").unlink()
    assert "report:" in said(tmp_path, environment, "report", "run")
    assert (tmp_path / "run/report.html").exists()
    again = said(tmp_path, environment, "resume", "run", "--trials", "6", "--workers", "1")
    assert "The search ended" not in again
    assert len(results(tmp_path / "run")["study"]["trials"]) == 6


def test_a_family_from_outside_runs_predicts_and_reports(environment: dict[str, str], tmp_path: Path) -> None:
    write_prices(tmp_path / "prices.csv")
    (tmp_path / "toy.toml").write_text(FAMILIES)
    told = said(tmp_path, environment, "tune", "toy.toml", "--out", "run", "--workers", "1")
    assert "the tuned last row's squared error" in told
    assert results(tmp_path / "run")["model"]["spec"]["family"] == "last_row"
    assert "forecast" in said(tmp_path, environment, "predict", "run", "--data", "prices.csv")
    assert "report:" in said(tmp_path, environment, "report", "run")


def test_a_family_from_outside_keeps_the_promises(environment: dict[str, str], tmp_path: Path) -> None:
    code = "from toy_family import FAMILY; from tunewright.prices.testing import check_family; check_family(FAMILY)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_family_that_is_not_installed_is_refused_by_name(tmp_path: Path) -> None:
    write_prices(tmp_path / "prices.csv")
    (tmp_path / "toy.toml").write_text(FAMILIES)
    done = subprocess.run([str(PROGRAM), "tune", "toy.toml"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "model.family: unknown family 'last_row'; expected one of lstm, ridge" in done.stderr


def test_a_plugin_that_cannot_be_loaded_is_one_line(environment: dict[str, str], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    told = broken / "broken-1.0.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (told / "entry_points.txt").write_text("[tunewright.kinds]\nbroken = nowhere:KIND\n")
    (tmp_path / "some.toml").write_text('kind = "broken"')
    done = subprocess.run(
        [str(PROGRAM), "tune", "some.toml"],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": f"{broken}{os.pathsep}{environment['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "the plug-in 'broken' (nowhere:KIND) cannot be loaded: ModuleNotFoundError" in done.stderr


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
