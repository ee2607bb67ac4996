"""The recipes through the command line: listed, shown, loaded as shown, and run."""

from pathlib import Path

import pytest

from cli_helpers import results, run_well, write_prices
from tunewright.entrance import load_experiment
from tunewright.experiment.shipped import recipe_names

pytestmark = pytest.mark.usefixtures("unseen_stills")

PRICES = ("lstm-bayes", "lstm-grid", "lstm-random", "notebook-lstm", "prices-lstm")
FAMILIES = ("families",)
COMPARISONS = ("feature-study", "leakage-ladder")
IMAGES = ("cifar10-cnn", "cifar10-feedforward", "cifar10-frontier", "cifar10-tune", "cnn-vs-feedforward", "digits-cnn")
RECIPES = (*IMAGES, *FAMILIES, *COMPARISONS, *PRICES, "quadratic", "volatility-lstm")
SHORT = ("--trials", "2", "--set", "space.epochs=[1]")


def test_recipes_lists_each_with_a_sentence() -> None:
    lines = run_well("recipes").splitlines()
    assert tuple(line.split()[0] for line in lines) == RECIPES == recipe_names()
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize("name", PRICES)
def test_a_shown_and_saved_recipe_is_the_recipe_and_runs(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_prices(tmp_path / "prices.csv")
    Path(f"{name}.toml").write_text(run_well("recipes", "show", name))
    assert load_experiment(f"{name}.toml") == load_experiment(name)
    run_well("tune", f"{name}.toml", "--data", "prices.csv", "--out", "run", *SHORT)
    found = results(Path("run"))
    assert (found["name"], found["study"]["counts"]["complete"]) == (name, 2)
    assert load_experiment("run/experiment.toml").data.source == str(tmp_path.resolve() / "prices.csv")
