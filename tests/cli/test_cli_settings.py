"""Wrong keys and values of an experiment: exit code 2 and one line, word for word."""

from pathlib import Path

import pytest

from cli_helpers import refusal, write_prices

REFUSED = {
    "unknown key at the top": (
        "sed = 3",
        "bad.toml: unknown key 'sed' in the experiment; did you mean 'seed'?",
    ),
    "unknown section": (
        "[modell]\nunits = 3",
        "bad.toml: unknown key 'modell' in the experiment; did you mean 'model'?",
    ),
    "unknown key in a section": (
        "[training]\nepoch = 3",
        "bad.toml: unknown key 'epoch' in [training]; did you mean 'epochs'?",
    ),
    "out of range": (
        "[preparation]\ntest_fraction = 1.5",
        "bad.toml: preparation.test_fraction: input should be less than 1, found 1.5",
    ),
    "negative rate": (
        "[training]\nlearning_rate = -1.0",
        "bad.toml: training.learning_rate: input should be greater than 0, found -1.0",
    ),
    "infinite rate": (
        "[training]\nlearning_rate = inf",
        "bad.toml: training.learning_rate: input should be a finite number, found inf",
    ),
    "no number": (
        "[training]\nlearning_rate = nan",
        "bad.toml: training.learning_rate: input should be a finite number, found nan",
    ),
    "syntax": (
        "[search\ntrials = 3",
        "bad.toml is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 8)",
    ),
    "key given twice": (
        "seed = 1\nseed = 2",
        "bad.toml is not valid TOML: Cannot overwrite a value (at line 2, column 9)",
    ),
    "text for a number": (
        "[search]\ntrials = 'many'",
        "bad.toml: search.trials: input should be a valid integer, found 'many'",
    ),
    "a number for a section": (
        "search = 3",
        "bad.toml: search: expected a section with keys, found 3",
    ),
    "a list for the space": (
        "space = [1]",
        "bad.toml: space: expected a section with keys, found [1]",
    ),
    "gap below the horizon": (
        "[preparation]\nhorizon = 5\ngap = 1",
        "bad.toml: preparation: gap must be at least the horizon, found gap = 1, horizon = 5",
    ),
    "close without a price": (
        "[preparation]\ntarget = 'close'\nfeatures = ['log_return', 'volume']",
        "bad.toml: target 'close' needs a price among the features, found only log_return, volume; "
        "add \"close\" to preparation.features or use target 'log_return'",
    ),
    "close among the targets": (
        "[preparation]\nfeatures = ['log_return']\n[space]\ntarget = ['close', 'log_return']",
        "bad.toml: target 'close' needs a price among the features, found only log_return; add "
        "\"close\" to preparation.features or use target 'log_return'",
    ),
    "unknown feature": (
        "[preparation]\nfeatures = ['closs']",
        "bad.toml: preparation.features: expected 'auto' or a list out of open, high, low, close, "
        "volume, log_return, high_low, open_close, log_range, log_absolute_return, log_volume_change, return_mean_5, "
        "return_mean_20, return_std_5, return_std_20, rsi_14, macd, weekday_sin, weekday_cos, month_sin, month_cos, "
        "one of these behind another ticker and a dot (none of the calendar), or custom.NAME, found ['closs']; "
        "did you mean 'close'?",
    ),
    "no feature": (
        "[preparation]\nfeatures = []",
        "bad.toml: preparation: features must be different names, at least one, found []",
    ),
    "units of a ridge": (
        "[model]\nfamily = 'ridge'\n[space]\nunits = [1, 2]",
        "bad.toml: [space] units means nothing to the family 'ridge'; remove it",
    ),
    "penalty of an LSTM": (
        "[space]\npenalty = [0.1, 1.0]",
        "bad.toml: [space] penalty means nothing to the family 'lstm'; remove it",
    ),
    "unusable name": (
        "name = 'a/b'",
        "bad.toml: name: expected at most 100 letters, digits, dots, dashes and underscores, the "
        "first a letter or digit, found 'a/b'",
    ),
    "negative seed": (
        "seed = -1",
        "bad.toml: seed: input should be greater than or equal to 0, found -1",
    ),
    "unknown metric": (
        "[search]\nmetric = 'mape'",
        "bad.toml: search.metric: input should be 'relative_mse', 'mse' or 'mae', found 'mape'",
    ),
    "unknown close": (
        "[data]\nclose = 'open'",
        "bad.toml: data.close: input should be 'auto', 'close' or 'adj_close', found 'open'",
    ),
    "close that is not there": (
        "[data]\nsource = 'prices.csv'\nclose = 'adj_close'",
        "prices.csv: expected a column for close = 'adj_close', found only 'Close'. Set close to 'auto' or 'close'.",
    ),
    "more folds than rows": (
        "[data]\nsource = 'prices.csv'\n[preparation]\nfolds = 100",
        "160 development rows cannot be cut into 100 folds with a gap of 1: use fewer folds or more data",
    ),
    "window longer than the data": (
        "[data]\nsource = 'prices.csv'\n[preparation]\ntime_step = 500",
        "a window of 500 rows needs at least 503 training rows, found 81: use more data, a smaller "
        "time_step, or fewer folds",
    ),
    "longest window too long": (
        "[data]\nsource = 'prices.csv'\n[space]\ntime_step = [5, 300]",
        "a window of 300 rows needs at least 303 training rows, found 81: use more data, a smaller "
        "time_step, or fewer folds",
    ),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_prices(tmp_path / "prices.csv")


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_an_experiment(case: str) -> None:
    text, message = REFUSED[case]
    Path("bad.toml").write_text(text + "\n")
    assert refusal("tune", "bad.toml", "--out", "run") == message
    assert not Path("run").exists()
