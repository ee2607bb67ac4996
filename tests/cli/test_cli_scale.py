"""Networks that are tuned narrow and trained wide, through the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli_helpers import refusal, results, run_well, write_tiny

pytestmark = pytest.mark.usefixtures("unseen_stills")

QUICK = ("--workers", "1", "--quiet")
DIGITS = """
kind = "images"
[data]
source = "builtin:digits"
[model]
stages = 2
max_width = 8
[training]
epochs = 1
batch_size = 64
[search]
trials = 2
[compute]
precision = "float32"
threads = 1
[scale]
tune_width = 4
final_width = 12
[space]
learning_rate = { low = 0.02, high = 0.2, log = true }
[compare.longer]
epochs = 2
"""


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def spec(folder: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(folder, "bundle/bundle.json").read_text())
    found: dict[str, Any] = content["network"]["spec"] if "network" in content else content["model"]
    return found


def test_images_are_searched_narrow_and_all_final_models_are_wide() -> None:
    Path("wide.toml").write_text(DIGITS)
    run_well("tune", "wide.toml", "--out", "run", *QUICK)
    assert spec("run")["widths"] == [12, 24, 24]
    found = results(Path("run"))
    assert {one["name"] for one in found["contestants"]} == {"tuned", "default", "longer"}
    assert len({one["parameters"] for one in found["contestants"]}) == 1, "all of them are as wide"
    assert all("width" not in one["params"] for one in found["study"]["trials"])
    narrow = DIGITS.replace("[scale]\ntune_width = 4\nfinal_width = 12", "").replace("[model]", "[model]\nwidth = 4")
    Path("narrow.toml").write_text(narrow)
    run_well("tune", "narrow.toml", "--out", "narrow", *QUICK)
    trials = [[one["score"] for one in results(Path(name))["study"]["trials"]] for name in ("run", "narrow")]
    assert trials[0] == trials[1], "the search is that of the narrow network"
    run_well("tune", "run/experiment.toml", "--out", "again", "--workers", "2", "--quiet")
    assert spec("again") == spec("run")
    assert results(Path("again"))["study"]["fingerprint"] == found["study"]["fingerprint"]


def test_prices_are_searched_narrow_and_all_final_models_are_wide(tmp_path: Path) -> None:
    text = write_tiny(tmp_path).read_text()
    Path("wide.toml").write_text(
        text.replace("units = [4, 8]\n", "") + "\n[scale]\ntune_width = 4\nfinal_width = 8\n[final]\nseeds = 2\n"
    )
    run_well("tune", "wide.toml", "--out", "run", *QUICK)
    assert spec("run")["units"] == [8]
    assert "units" not in results(Path("run"))["study"]["trials"][0]["params"]
    run_well("refit", "run")
    assert json.loads(Path("run/refit/bundle.json").read_text())["model"]["units"] == [8]


def test_what_cannot_be_is_one_line() -> None:
    for changed, expected in {
        DIGITS.replace("final_width = 12", ""): "tune_width and final_width are given together",
        DIGITS.replace(
            "final_width = 12", "final_width = 2"
        ): "final_width must not be below tune_width, found 2 and 4",
        DIGITS.replace("max_width = 8", "max_width = 9").replace(
            "= 12", "= 6"
        ): "scale: max_width = 9 would become 13.5",
        DIGITS.replace("[space]", "[space]\nwidth = [4, 8]"): "[space] width is what [scale] fixes; remove one of them",
        DIGITS.replace("[space]", '[space]\nfamily = ["cnn", "feedforward"]'): "[scale] needs one family with a width",
        DIGITS + "width = 16\n": "[compare.longer] width is what [scale] fixes; remove one of them",
        DIGITS + 'family = "feedforward"\n': "[compare.longer] family is what [scale] fixes",
        DIGITS + "widths = [4, 8]\n": "[compare.longer]: [scale] changes nothing, as the network has the same widths",
        DIGITS.replace("[model]", "[model]\nwidths = [4, 8]"): "[model]: [scale] changes nothing",
        DIGITS.replace("stages = 2\nmax_width = 8", 'family = "feedforward"\nlayers = 0'): "[model]: [scale] changes",
        DIGITS.replace("= 12", "= 4096"): "[scale] model.max_width",
    }.items():
        Path("wide.toml").write_text(changed)
        assert expected in refusal("tune", "wide.toml", *QUICK), changed


@pytest.mark.parametrize(
    ("model", "scale", "expected"),
    [
        ('attention = "additive"', (4, 8), "[model]: [scale] needs attention = 'none', found 'additive'"),
        ('[space]\nattention = ["none", "dot"]', (4, 8), "[space] attention = 'dot': [scale] needs attention = 'none'"),
        ('family = "mlp"', (8, 8192), "[scale] model.units"),
        ('family = "tcn"', (3, 6), "[scale] of a TCN on 3 features: the networks differ in more than their width"),
        ('family = "tcn"', (1, 3), "[scale] of a TCN on 3 features: the networks differ in more than their width"),
    ],
)
def test_networks_of_prices_that_would_not_grow_are_refused_before_the_search(
    tmp_path: Path, model: str, scale: tuple[int, int], expected: str
) -> None:
    text = write_tiny(tmp_path).read_text()
    text = text[: text.index("[space]")].replace(
        "[preparation]", '[preparation]\nfeatures = ["log_return", "close", "rsi_14"]'
    )
    text += f"[scale]\ntune_width = {scale[0]}\nfinal_width = {scale[1]}\n[model]\n{model}\n"
    Path("wide.toml").write_text(text)
    assert expected in refusal("tune", "wide.toml", *QUICK)


def test_the_card_tells_all_widths(tmp_path: Path) -> None:
    Path("wide.toml").write_text(DIGITS)
    told = run_well("tune", "wide.toml", "--dry-run")
    assert "scale     trials with width = 4, max_width = 8; final models with width = 12, max_width = 24" in told
