"""Bundles from strangers, whose checksums are right: refused in one line, soon, or they predict finite numbers."""

import json
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load, save
from typer.testing import Result

from bundle_mutants import mutants, sign, write_images_bundle, write_prices_bundle
from cli_helpers import refusal, run, run_well
from tunewright.bundle.weights import Frugal, Room, WeightsError
from tunewright.core.errors import BundleError
from tunewright.entrance import load_bundle
from tunewright.images.families.feedforward import FeedForwardSpec
from tunewright.prices.families.ridge import RidgeSpec

pytestmark = pytest.mark.usefixtures("unseen_stills")

Write = Callable[..., Path]
KINDS: list[tuple[Write, Any]] = [
    (write_prices_bundle, None),
    (write_prices_bundle, RidgeSpec(1.0)),
    (write_images_bundle, None),
    (write_images_bundle, FeedForwardSpec((6, 5))),
]
FEW, MANY, SLOWEST_S = 30, 3000, 2.0


def timed_prediction(folder: Path, data: Path) -> tuple[Result, float]:
    """What came of it, and seconds of this process."""
    began = time.process_time()
    result = run("predict", folder, "--data", data, "--json")
    return result, time.process_time() - began


def check_mutants(folder: Path, data: Path, *, name: str, count: int, seed: int) -> None:
    """Raises AssertionError for a mutant of this file that ends in anything but a prediction or one line, or late."""
    whole = json.loads((folder / name).read_text())
    for number, text in enumerate(islice(mutants(whole, seed=seed), count)):
        (folder / name).write_text(text)
        sign(folder)
        result, took = timed_prediction(folder, data)
        if took >= SLOWEST_S:  # whatever else went on in this process: a burden is one every time
            result, took = timed_prediction(folder, data)
        told = f"{number}: {text[:600]}\n{result.output[-600:]}{result.exception!r}"
        assert result.exit_code in (0, 2), told
        assert result.exit_code == 2 or "NaN" not in result.stdout, told
        assert result.exit_code == 0 or result.stderr.splitlines()[-1].startswith("error: "), told
        assert took < SLOWEST_S, f"{took:.1f} s, {told}"


@pytest.mark.parametrize(("write", "spec"), KINDS)
def test_a_forged_bundle_is_refused_in_one_line_or_predicts(write: Write, spec: Any, tmp_path: Path) -> None:
    data = write(tmp_path / "bundle", spec)
    run_well("predict", tmp_path / "bundle", "--data", data)
    check_mutants(tmp_path / "bundle", data, name="bundle.json", count=FEW, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", ["bundle.json", "context.json"])
@pytest.mark.parametrize(("write", "spec"), KINDS)
def test_no_forged_bundle_of_many_is_a_burden(write: Write, spec: Any, name: str, tmp_path: Path) -> None:
    data = write(tmp_path / "bundle", spec)
    if (tmp_path / "bundle" / name).exists():
        check_mutants(tmp_path / "bundle", data, name=name, count=MANY // 2, seed=2)


def rewrite(folder: Path, **changes: Any) -> None:
    content = json.loads((folder / "bundle.json").read_text())
    (folder / "bundle.json").write_text(json.dumps({**content, **changes}))
    sign(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("write", [write_prices_bundle, write_images_bundle])
def test_weights_that_are_no_numbers_are_refused(write: Write, value: float, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    data = write(folder)
    weights = load((folder / "weights.safetensors").read_bytes())
    weights["head.weight"].view(-1)[0] = value
    (folder / "weights.safetensors").write_bytes(save(weights))
    sign(folder)
    assert refusal("predict", folder, "--data", data) == (
        f"{folder} is not a usable bundle: its weights 'head.weight' are not all finite numbers; train the model again"
    )


def test_finite_weights_that_give_no_numbers_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    data = write_prices_bundle(folder)
    weights = {
        name: torch.full_like(one, 3e38) for name, one in load((folder / "weights.safetensors").read_bytes()).items()
    }
    (folder / "weights.safetensors").write_bytes(save(weights))
    sign(folder)
    assert refusal("predict", folder, "--data", data) == (
        "the bundle's model gives no numbers for these prices: it is not usable; train it again"
    )


@pytest.mark.parametrize(
    ("write", "changes"),
    [
        (write_prices_bundle, {"model": {"family": "lstm", "units": [4096], "dropout": [0.1]}}),
        (write_images_bundle, {"spec": {"family": "cnn", "widths": [4, 8], "depth": [1, 10**9]}}),
        (write_images_bundle, {"spec": {"family": "cnn", "widths": [10**9, 10**9], "depth": [0, 0]}}),
        (write_images_bundle, {"spec": {"family": "feedforward", "hidden": [1] * 10**5}}),
    ],
)
def test_a_network_that_is_larger_than_its_weights_is_never_built(
    write: Write, changes: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    write(folder)
    network = json.loads((folder / "bundle.json").read_text()).get("network")
    rewrite(folder, **({"network": {**network, **changes}} if network else changes))
    began = time.process_time()
    with pytest.raises(BundleError, match="describes a network that is larger than its weights are"):
        load_bundle(folder)
    assert time.process_time() - began < SLOWEST_S


@pytest.mark.parametrize(
    ("write", "changes", "said"),
    [
        (write_prices_bundle, {"close": "open"}, "close: input should be 'auto', 'close' or 'adj_close', found 'open'"),
        (
            write_prices_bundle,
            {"model": {"family": "ridge", "penalty": "1"}},
            "penalty: input should be a valid number",
        ),
        (write_prices_bundle, {"extra": 1}, "extra: extra inputs are not permitted, found 1"),
        (write_images_bundle, {"mirror": 1}, "mirror: input should be a valid boolean, found 1"),
        (write_images_bundle, {"classes": ["a", "a", "b"]}, "expected classes of different names"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(write: Write, changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    write(folder)
    rewrite(folder, **changes)
    with pytest.raises(BundleError) as caught:
        load_bundle(folder)
    assert f"{folder} is not a usable bundle: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(("key", "value"), [("target", "price"), ("horizon", 10**9), ("features", ["high_low", "x"])])
def test_a_preparation_that_does_not_exist_is_refused(key: str, value: Any, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    write_prices_bundle(folder)
    preparation = json.loads((folder / "bundle.json").read_text())["preparation"]
    preparation["spec"][key] = value
    rewrite(folder, preparation=preparation)
    with pytest.raises(BundleError, match=rf"is not a usable bundle: preparation\.spec\.{key}"):
        load_bundle(folder)


def test_a_network_that_is_refused_leaves_gradients_as_they_were() -> None:
    little = Frugal({}, Room(numbers=0, steps=0))
    with pytest.raises(WeightsError, match="larger than its weights"), little, torch.no_grad():
        torch.zeros(3)
    assert torch.is_grad_enabled()
