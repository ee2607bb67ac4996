"""Final models on prices from several seeds: the same for any crew and after a kill, and what is shipped stays."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch

from cli_helpers import outcome, results, write_prices
from tunewright.core.errors import TrialFailure
from tunewright.entrance import begin, load_experiment, reopen
from tunewright.prices.experiment import refit as refitting
from tunewright.prices.experiment.settings import Experiment, identity_of
from tunewright.prices.judging.tuning import TuningGain
from tunewright.prices.run.sealed import SealedResult
from tunewright.runs.life import conduct
from tunewright.training.kept import read_kept
from tunewright.trials.places import Processes

SEEDS = """
seed = 1

[data]
source = "prices.csv"

[preparation]
folds = 1
time_step = 5

[training]
epochs = 1

[final]
seeds = 3

[search]
sampler = "random"
trials = 7

[pruner]
name = "none"

[space]
units = [3, 4]
learning_rate = { low = 1e-3, high = 1e-1, log = true }
"""


def conducted(out: str, *, workers: int = 0, **changes: Any) -> SealedResult:
    experiment = load_experiment("seeds.toml", {key.replace("__", "."): value for key, value in changes.items()})
    sealed: SealedResult = conduct(begin(experiment, out=Path(out)), place=Processes(workers))
    return sealed


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the experiment in it, and its run, `whole`."""
    folder = tmp_path_factory.mktemp("seeds")
    write_prices(folder / "prices.csv")
    (folder / "seeds.toml").write_text(SEEDS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        conducted("whole")
    return folder


@pytest.fixture(autouse=True)
def here(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)


def tuning(path: str) -> dict[str, Any]:
    told: dict[str, Any] = results(Path(path))["tuning"]
    return told


def test_three_configurations_from_three_seeds() -> None:
    seeds = tuning("whole")["seeds"]
    assert seeds["count"] == 3
    assert [one["name"] for one in seeds["models"]] == ["tuned", "default", "random"]
    assert [one["name"] for one in seeds["against"]] == ["default", "random"]
    assert all(len(set(one["mse"])) == len(one["mse"]) == 3 for one in seeds["models"]), "each seed is another one"
    test, default = results(Path("whole"))["test"]["metrics"], tuning("whole")["default"]
    assert seeds["models"][0]["mse"][0] == pytest.approx(test["model"]["mse"]), "the shipped model is the first"
    assert seeds["models"][1]["mse"][0] == pytest.approx(default["mse"])
    assert seeds["models"][0]["skill"][0] == pytest.approx(results(Path("whole"))["test"]["skill_vs_last_value"])
    scored = {one["number"]: one["score"] for one in results(Path("whole"))["study"]["trials"]}
    assert seeds["models"][0]["trial"] == min(scored, key=lambda number: scored[number])
    assert seeds["models"][2]["trial"] == min(range(5), key=lambda number: scored[number])
    assert not seeds["missing"]


def test_the_forecasts_of_every_seed_are_kept() -> None:
    """Of the tuned model alone; the shipped one's come first."""
    days, kept = (pd.read_csv(Path("whole") / name) for name in ("predictions.csv", "predictions_by_seed.csv"))
    assert list(kept) == ["date", "seed_0", "seed_1", "seed_2"]
    assert kept["date"].equals(days["date"])
    assert kept["seed_0"].equals(days["model"])
    errors = [float(((days["close"] - kept[f"seed_{number}"]) ** 2).mean()) for number in range(3)]
    assert errors == pytest.approx(tuning("whole")["seeds"]["models"][0]["mse"])


def test_one_seed_ships_the_same_model_and_concludes_nothing() -> None:
    gain = conducted("one", final__seeds=1).gain
    assert isinstance(gain, TuningGain)
    told = tuning("one")
    assert (told["conclusion"], told["seeds"]) == ("unknown", None)
    for name in ("bundle/weights.safetensors", "predictions.csv"):
        assert (Path("one") / name).read_bytes() == (Path("whole") / name).read_bytes()
    kept = sorted(one.name for one in (Path("one") / "final").iterdir())
    assert kept == ["default-0.safetensors", "tuned-0.safetensors"]
    assert not (Path("one") / "predictions_by_seed.csv").exists()
    same = ("default", "validation_gain", "test_gain", "diebold_mariano")
    assert [told[key] for key in same] == [tuning("whole")[key] for key in same]


def test_workers_come_to_the_same() -> None:
    conducted("crew", workers=2)
    assert outcome(Path("crew")) == outcome(Path("whole"))
    assert tuning("crew") == tuning("whole")
    files = sorted(one.name for one in Path("whole/final").iterdir())
    seeds = {"default": (0, 1, 2), "random": (1, 2), "tuned": (0, 1, 2)}
    assert files == [f"{name}-{seed}.safetensors" for name, trained in seeds.items() for seed in trained]
    kept = [[read_kept(Path(run, "final", name)) for name in files] for run in ("whole", "crew")]
    for one, other in zip(*kept, strict=True):
        assert one.texts == other.texts
        assert one.tensors.keys() == other.tensors.keys()
        assert all(torch.equal(one.tensors[name], other.tensors[name]) for name in one.tensors)


def test_a_run_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    trained, halfway = refitting.refit, 0

    def stopping(*given: Any, **more: Any) -> Any:
        nonlocal halfway
        halfway += 1
        if halfway == 3:
            raise KeyboardInterrupt
        return trained(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr("tunewright.prices.run.seeded.refit", stopping)
        with pytest.raises(KeyboardInterrupt):
            conducted("halfway")
    assert len(list(Path("halfway/final").glob("*.safetensors"))) == 2
    with monkeypatch.context() as patch:
        patch.setattr("tunewright.prices.run.seeded.refit", stopping)
        conduct(reopen(Path("halfway"), {}))
    assert outcome(Path("halfway")) == outcome(Path("whole"))
    assert tuning("halfway") == tuning("whole")
    assert {one.suffix for one in Path("halfway/final").iterdir()} == {".safetensors"}, "nothing is left behind"


@pytest.mark.parametrize(
    "damage",
    [lambda raw: b"no weights", lambda raw: raw[:-4] + bytes([raw[-4] ^ 128]) + raw[-3:]],
    ids=["other", "bit"],
)
def test_a_final_model_that_was_changed_is_trained_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree("whole", changed)
    (changed / "results.json").unlink()
    weights = changed / "final/tuned-1.safetensors"
    weights.write_bytes(damage(weights.read_bytes()))
    said: list[str] = []
    conduct(reopen(changed, {}), watch=lambda stage: said.append(stage.phase))
    assert [one for one in said if one.startswith("training tuned from seed 1 again, as its file is damaged: ")]
    assert tuning(str(changed)) == tuning("whole")


def test_more_trials_train_other_final_models_anew(tmp_path: Path) -> None:
    longer = tmp_path / "longer"
    shutil.copytree("whole", longer)
    conduct(reopen(longer, {"search.trials": 12}))
    conducted("twelve", search__trials=12)
    assert tuning(str(longer)) == tuning("twelve")


def test_a_training_that_fails_is_told_and_leaves_its_configuration_out(monkeypatch: pytest.MonkeyPatch) -> None:
    trained = refitting.refit

    def failing(*given: Any, **more: Any) -> Any:
        if not given[1] and more["seeds"].path[-1] != "refit":  # the default's parameters, from a further seed
            raise TrialFailure("the loss of epoch 1 is not a finite number")
        return trained(*given, **more)

    monkeypatch.setattr("tunewright.prices.run.seeded.refit", failing)
    conducted("failed")
    told = tuning("failed")
    reason = "a training failed: the loss of epoch 1 is not a finite number"
    assert {"name": "default", "reason": reason} in told["seeds"]["missing"]
    assert told["conclusion"] == "unknown"
    assert reason in told["sentence"]


@pytest.mark.parametrize("sampler", ["grid", "tpe"])
def test_seeds_make_no_difference_to_a_ridge(sampler: str) -> None:
    space = {"penalty": [1.0, 10.0], "time_step": [3, 5]}
    experiment = load_experiment("seeds.toml").model_dump(exclude={"model", "space"})
    content = {**experiment, "model": {"family": "ridge"}, "space": space, "seed": 1}
    content["search"] = {"sampler": sampler, "trials": 4}
    sealed: SealedResult = conduct(begin(Experiment.model_validate(content), out=Path(f"ridge-{sampler}")))
    told = tuning(f"ridge-{sampler}")
    assert {one["sd"] for one in told["seeds"]["models"]} == {0.0}
    assert "days alone counted as chance, as seeds make no difference here" in told["sentence"]
    why = {"grid": "the sampler 'grid' draws none at random", "tpe": "of those drawn at random 4 trials came through"}
    assert why[sampler] in told["seeds"]["missing"][0]["reason"]
    json.dumps(told, allow_nan=False)
    assert sealed.gain is not None


def test_seeds_are_no_part_of_what_a_study_is_known_by() -> None:
    one, many = (Experiment.model_validate({"final": {"seeds": seeds}}) for seeds in (1, 10))
    assert identity_of(one) == identity_of(many)
    assert "final" not in identity_of(one)
