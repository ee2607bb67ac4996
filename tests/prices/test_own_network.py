"""A torch network of the user's own on prices: tuned, audited, saved without its code, and refused in one line."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import nn

from cli_helpers import outcome, refusal, results, run, run_well, write_prices
from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree
from tunewright.experiment.by_user import CustomSpec
from tunewright.prices.families import custom
from tunewright.prices.families.custom import WindowSpec
from tunewright.prices.families.family import Shape
from tunewright.prices.predicting import of_the_user
from tunewright.prices.preparation.windows import Windows
from tunewright.prices.testing import check_family
from tunewright.prices.training.beginning import first
from tunewright.prices.training.training import Training
from tunewright.training.pretrained import Beginning, Weights

pytestmark = pytest.mark.usefixtures("unseen_stills")

NETWORKS = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, features, width, dropout):
        super().__init__()
        self.layer = nn.GRU(features, width, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.LazyLinear(1)

    def forward(self, windows):
        states, _ = self.layer(windows)
        return self.head(self.dropout(states[:, -1]))

def net(shape, *, width=4, dropout=0.1):
    time_step, features = shape
    return Net(features, width, dropout)

class TimeFirst(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.layer, self.head = nn.LSTM(features, 4), nn.Linear(4, 1)

    def forward(self, windows):
        states, _ = self.layer(windows)
        return self.head(states[-1])[:, 0]

def time_first(shape):
    return TimeFirst(shape[1])

def every_step(shape):
    return nn.Linear(shape[1], 1)

def nothing(shape):
    pass

def raising(shape):
    raise ValueError("no such width")
"""
MINE = """
[data]
source = "prices.csv"

[preparation]
folds = 2
time_step = 5
features = ["log_return", "high_low"]

[model]
family = "custom"
call = "net.py:net"
options = { width = 4, dropout = 0.1 }

[training]
epochs = 2

[search]
trials = 3

[space]
width = [2, 4]
dropout = { low = 0.0, high = 0.5 }
learning_rate = { low = 1e-3, high = 1e-2, log = true }
"""
PLAIN = ("--set", "model.options={}", "--set", "space={batch_size=[16, 32]}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, unseen_stills: None) -> Path:
    folder = tmp_path_factory.mktemp("own")
    write_prices(folder / "prices.csv")
    (folder / "net.py").write_text(NETWORKS)
    (folder / "mine.toml").write_text(MINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", "mine.toml", "--out", "run", "--workers", "2")
    return folder


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.parametrize(("call", "settings"), [("net", {}), ("time_first", {"batch_first": False})])
def test_it_keeps_what_every_family_promises(call: str, settings: dict[str, object], folder: Path) -> None:
    given = {"call": f"{folder / 'net.py'}:{call}", **settings}
    spec = custom.CustomSettings.model_validate(given).spec()
    check_family(custom.FAMILY, given, factory=spec.maker.factory)


def test_it_is_tuned_and_judged_like_any_other() -> None:
    told = results(Path("run"))
    assert set(told["study"]["space"]) == {"width", "dropout", "learning_rate"}
    assert told["test"]["verdict"]
    assert "ok        what is fitted to data sees the fold's training rows alone" in run_well("audit", "mine.toml")
    run_well("tune", "mine.toml", "--out", "again", "--workers", "1")
    assert outcome(Path("run")) == outcome(Path("again"))


def test_its_bundle_holds_no_code_and_predicts_with_the_function() -> None:
    content = json.loads(Path("run/bundle/bundle.json").read_text())
    assert content["model"]["batch_first"] is True
    assert {path.suffix for path in Path("run/bundle").iterdir()} == {".json", ".safetensors"}
    days = json.loads(run_well("predict", "run", "--custom", "net.py:net", "--last", "2", "--json"))
    assert len(days) == 2
    assert "give it with --custom" in run("predict", "run").stderr
    wrong = run("predict", "run", "--custom", "net.py:time_first").stderr
    assert "give it with --custom" in wrong, "a function of another name makes features"


def test_a_changed_file_is_another_study() -> None:
    run_well("tune", "mine.toml", "--out", "kept", "--workers", "1")
    Path("kept/results.json").unlink()
    text = Path("net.py").read_text()
    try:
        Path("net.py").write_text(text.replace("nn.Dropout(dropout)", "nn.Dropout(dropout / 2)"))
        assert "this study belongs to another experiment or to other data" in refusal_of("kept")
    finally:
        Path("net.py").write_text(text)


def refusal_of(folder: str) -> str:
    done = run("resume", folder)
    assert done.exit_code == 2
    return done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--set", "model.call=net.py:missing"), "mine.toml: model.call: {here}/net.py has no function 'missing'"),
        (("--set", "model.call=none.py:net"), "mine.toml: model.call: {here}/none.py does not exist"),
        (
            ("--set", "model.call=net.py:every_step", *PLAIN),
            "model.call: the network of {here}/net.py:every_step gave shape (2, 5, 1) for 2 windows; expected one "
            "forecast each, of shape (2,) or (2, 1)",
        ),
        (
            ("--set", "model.call=net.py:nothing", *PLAIN),
            "{here}/net.py:nothing must return a torch.nn.Module, found NoneType",
        ),
        (
            ("--set", "model.call=net.py:raising", *PLAIN),
            "model.call: {here}/net.py:raising failed with {{}}: ValueError: no such width",
        ),
        (
            ("--set", "model.options={width=4,dropout=0.1,epochs=3}"),
            "mine.toml: [model.options] epochs has the name of a key",
        ),
        (
            ("--set", "space.family=['lstm', 'custom']"),
            "mine.toml: [space] dropout is an option of the user's own network, but other families are tried too",
        ),
    ],
)
def test_wrong_networks_are_refused_in_one_line(change: tuple[str, ...], said: str, folder: Path) -> None:
    assert refusal("tune", "mine.toml", *change, "--out", "refused").startswith(said.format(here=folder.resolve()))


def test_without_a_call_it_is_refused() -> None:
    Path("bare.toml").write_text('[model]\nfamily = "custom"\n')
    assert 'family = "custom" and call = "file.py:function" go together' in refusal("tune", "bare.toml")


def test_dropout_of_the_users_own_comes_from_the_given_generator() -> None:
    def factory(shape: tuple[int, int]) -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(shape[0] * shape[1], 1))

    spec = WindowSpec(CustomSpec("own.py:net", {}, factory), batch_first=True)
    model = custom.FAMILY.build(spec, Shape(5, 2), torch.Generator().manual_seed(1))
    windows = torch.randn(5, 7, 2)
    one, twin, other = (model(windows, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(one, twin)
    assert not torch.equal(one, other)
    assert torch.equal(model(windows), model(windows)), "and forecasts have none"


def test_a_norm_that_is_frozen_keeps_its_statistics() -> None:
    def factory(shape: tuple[int, int]) -> nn.Module:
        return nn.Sequential(nn.Flatten(), nn.Linear(shape[0] * shape[1], 4), nn.BatchNorm1d(4), nn.Linear(4, 1))

    spec = WindowSpec(CustomSpec("own.py:net", {}, factory), batch_first=True)
    rng = np.random.default_rng(0)
    windows = Windows(rng.normal(size=(40, 2)).astype(np.float32), np.arange(5, 40), time_step=5)
    old = custom.FAMILY.build(spec, Shape(5, 2), torch.Generator().manual_seed(1))
    weights = Weights("old", save(dict(old.state_dict())))
    began = first(spec, Training(beginning=Beginning(weights, frozen=1)), windows, SeedTree(0)).model
    began(torch.randn(5, 7, 2), torch.Generator().manual_seed(1))
    name = "network.2.running_mean"
    assert torch.equal(began.state_dict()[name], old.state_dict()[name])


def test_functions_of_one_name_are_told_apart_by_their_place(folder: Path) -> None:
    made = str(folder / "net.py") + ":net"
    factory, features = of_the_user(made, ["other.py:net", made, "other.py:gap"])
    assert factory is not None
    assert features == ["other.py:net", "other.py:gap"]
    with pytest.raises(ConfigError, match="expected one function called as the network's"):
        of_the_user(made, ["a.py:net", "b.py:net"])
