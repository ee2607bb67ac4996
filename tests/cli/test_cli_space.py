"""A wrong [space] through the command line: exit code 2 and one line, word for word."""

from pathlib import Path

import pytest

from cli_helpers import refusal

REFUSED = {
    "unknown parameter": (
        "[space]\nunit = [1, 2]",
        "bad.toml: unknown parameter 'unit' in [space]; did you mean 'units'?",
    ),
    "unknown key of a parameter": (
        "[space]\nunits = { low = 1, hihg = 3 }",
        "bad.toml: unknown key 'hihg' in [space]; did you mean 'high'?",
    ),
    "end of a range out of range": (
        "[space]\ndropout = { low = 0.0, high = 1.5 }",
        "bad.toml: [space] dropout: model.dropout: input should be less than 1, found 1.5",
    ),
    "choice out of range": (
        "[space]\noptimizer = ['adam', 'adan']",
        "bad.toml: [space] optimizer: training.optimizer: input should be 'adam', 'adamw', 'rmsprop' "
        "or 'sgd', found 'adan'",
    ),
    "choice of a wrong type": (
        "[space]\nunits = ['a']",
        "bad.toml: [space] units: model.units: input should be a valid integer, found 'a'",
    ),
    "truth value as a number": (
        "[space]\nunits = [true, false]",
        "bad.toml: [space] units: model.units: input should be a valid integer, found True",
    ),
    "low above high": (
        "[space]\nunits = { low = 9, high = 3 }",
        "bad.toml: [space] units: low <= high must hold and high - low be finite, found low = 9, high = 3",
    ),
    "step that misses the end": (
        "[space]\nunits = { low = 1, high = 8, step = 3 }",
        "bad.toml: [space] units: high - low must be a multiple of step, found 1..8 by 3",
    ),
    "step of zero": (
        "[space]\nunits = { low = 1, high = 8, step = 0 }",
        "bad.toml: [space] units: step must be at least 1, and 1 on a log scale, found 0",
    ),
    "step without a range": (
        "[space]\nunits = { choices = [1, 2], step = 2 }",
        "bad.toml: space.units: expected a range such as { low = 1, high = 8 } or a list of choices, "
        "found {'step': 2, 'choices': [1, 2]}",
    ),
    "range and choices": (
        "[space]\nunits = { low = 1, high = 8, choices = [2] }",
        "bad.toml: space.units: expected a range such as { low = 1, high = 8 } or a list of choices, "
        "found {'low': 1, 'high': 8, 'choices': [2]}",
    ),
    "half a range": (
        "[space]\nunits = { low = 1 }",
        "bad.toml: space.units: expected a range such as { low = 1, high = 8 } or a list of choices, found {'low': 1}",
    ),
    "halves of units": (
        "[space]\nunits = { low = 1.5, high = 4.0 }",
        "bad.toml: [space] units: expected whole numbers, found 1.5, 4.0",
    ),
    "no choice": (
        "[space]\nunits = []",
        "bad.toml: [space] units: choices must be different values, at least one, found []",
    ),
    "a choice twice": (
        "[space]\nunits = [2, 2]",
        "bad.toml: [space] units: choices must be different values, at least one, found [2, 2]",
    ),
    "a number as a parameter": (
        "[space]\nunits = 3",
        "bad.toml: space.units: expected a range such as { low = 1, high = 8 } or a list of choices, found 3",
    ),
    "infinite end": (
        "[space]\nunits = { low = 1, high = inf }",
        "bad.toml: space.units: high must be a finite number, found inf",
    ),
    "end that is no number": (
        "[space]\nunits = { low = nan, high = 4 }",
        "bad.toml: space.units: low must be a finite number, found nan",
    ),
    "log of zero": (
        "[space]\nlearning_rate = { low = 0.0, high = 1.0, log = true }",
        "bad.toml: [space] learning_rate: a log scale needs low > 0, found low = 0.0",
    ),
    "grid over a range without a step": (
        "[search]\nsampler = 'grid'\n[space]\nlearning_rate = { low = 0.1, high = 0.2 }",
        "bad.toml: grid search cannot use 'learning_rate': a range without a step has no finite "
        "grid; give it a step, or name its choices",
    ),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_a_space(case: str) -> None:
    text, message = REFUSED[case]
    Path("bad.toml").write_text(text + "\n")
    assert refusal("tune", "bad.toml", "--out", "run") == message
    assert not Path("run").exists()
