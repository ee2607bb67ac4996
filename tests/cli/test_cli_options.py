"""Wrong options, arguments and experiment files: exit code 2 and one line, word for word."""

from pathlib import Path

import pytest

from cli_helpers import refusal, write_tiny

OPTIONS = {
    (
        "--trials",
        "0",
    ): ("tiny.toml: search.trials: input should be greater than or equal to 1, found 0"),
    (
        "--trials",
        "many",
    ): (
        "invalid value for '--trials': Input should be a valid integer, unable to parse string as an "
        "integer; `tunewright tune --help` tells more"
    ),
    (
        "--seed",
        "-1",
    ): ("tiny.toml: seed: input should be greater than or equal to 0, found -1"),
    (
        "--sampler",
        "annealing",
    ): (
        "tiny.toml: search.sampler: input should be 'auto', 'grid', 'random', 'qmc', 'tpe', 'gp' or 'cmaes', "
        "found 'annealing'"
    ),
    ("--frob",): ("no such option: --frob; `tunewright tune --help` tells more"),
    ("extra",): ("got unexpected extra argument(s) (extra); `tunewright tune --help` tells more"),
    (
        "--set",
        "training.epochs=ten",
    ): ("tiny.toml: training.epochs: input should be a valid integer, found 'ten'"),
    (
        "--set",
        "training.epochs=1.5",
    ): ("tiny.toml: training.epochs: input should be a valid integer, found 1.5"),
    (
        "--set",
        "training.epochs",
    ): ("--set expects KEY=VALUE, such as training.epochs=30, found 'training.epochs'"),
    (
        "--set",
        "=3",
    ): ("--set expects KEY=VALUE, such as training.epochs=30, found '=3'"),
    (
        "--set",
        "epochs=3",
    ): (
        "tiny.toml: unknown key 'epochs' in the experiment; expected one of data, final, kind, model, name, "
        "preparation, pruner, resources, scale, search, seed, space, start, stop, trackers, training, "
        "transfer"
    ),
    (
        "--set",
        "training=3",
    ): ("tiny.toml: training: expected a section with keys, found 3"),
    (
        "--set",
        "seed.x=3",
    ): ("tiny.toml: seed: input should be a valid integer, found {'x': 3}"),
    (
        "--set",
        "space.units.low=1",
    ): ("--set space.units.low: 'units' holds a value, not a section"),
    (
        "--set",
        "seed=1\ntrials=3",
    ): ("--set expects one KEY=VALUE, found several lines: 'seed=1\\ntrials=3'; repeat --set for each"),
}
FILES = {
    "missing.toml": "missing.toml does not exist; `tunewright recipes` lists what comes built in",
    "folder": "folder is a directory; expected an experiment file in TOML or the name of a recipe; if this is the "
    "data, give it to a recipe: tunewright tune digits-cnn --data folder",
    "binary.toml": "binary.toml is not text in UTF-8; expected an experiment file in TOML",
    "prices.csv/x.toml": "prices.csv/x.toml cannot be read: Not a directory; expected an experiment file in TOML",
    "prices.csv": "prices.csv is not valid TOML: Expected '=' after a key in a key/value pair (at line 1, column 5); "
    "expected an experiment file in TOML or the name of a recipe; if this is the data, give it to a recipe: "
    "tunewright tune prices-lstm --data prices.csv",
    "prices-lstn": "unknown recipe 'prices-lstn'; did you mean 'prices-lstm'?",
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    Path("binary.toml").write_bytes(bytes(range(256)))
    Path("folder").mkdir()


@pytest.mark.parametrize("options", OPTIONS, ids=" ".join)
def test_refuses_options(options: tuple[str, ...]) -> None:
    assert refusal("tune", "tiny.toml", "--out", "run", *options) == OPTIONS[options]
    assert not Path("run").exists()


@pytest.mark.parametrize("name", FILES)
def test_refuses_what_is_no_experiment_file(name: str) -> None:
    assert refusal("tune", name) == FILES[name]


def test_a_byte_order_mark_is_no_fault() -> None:
    Path("marked.toml").write_text("\ufeffsed = 3\n", encoding="utf-8")
    assert refusal("tune", "marked.toml") == "marked.toml: unknown key 'sed' in the experiment; did you mean 'seed'?"


def test_refuses_unknown_commands_and_recipes() -> None:
    assert refusal("frobnicate") == "no such command 'frobnicate'; `tunewright --help` tells more"
    assert refusal("tune") == "missing argument 'experiment'; `tunewright tune --help` tells more"
    assert refusal("recipes", "show", "best") == (
        "unknown recipe 'best'; expected one of cifar10-cnn, cifar10-feedforward, cifar10-frontier, cifar10-tune, "
        "cnn-vs-feedforward, digits-cnn, families, feature-study, leakage-ladder, lstm-bayes, lstm-grid, lstm-random, "
        "notebook-lstm, prices-lstm, quadratic, volatility-lstm"
    )
