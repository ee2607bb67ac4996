"""What is exported of a model of prices forecasts what its bundle does, from features as they are, in any batch."""

import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import tunewright
from price_bundles import CALLS, TABLE, custom_arguments, spec_of, write_bundle
from tunewright.core.errors import BundleError, ConfigError, RunFolderError
from tunewright.entrance import export
from tunewright.experiment.by_user import CustomSpec
from tunewright.prices import exporting
from tunewright.prices.bundle.bundle import Bundle
from tunewright.prices.families.custom import WindowSpec
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.features import compute
from tunewright.prices.preparation.names import Target

pytestmark = pytest.mark.usefixtures("unseen_stills")

TRACED = [name for name in FAMILIES.names() if FAMILIES.named(name).packing is None]
HELD = [name for name in FAMILIES.names() if name not in TRACED]
TARGETS: tuple[Target, ...] = ("log_return", "close", "volatility")
FAST = {("ridge", "onnx")}
CASES = [
    pytest.param(name, form, id=f"{name}-{form}", marks=() if (name, form) in FAST else pytest.mark.slow)
    for name in TRACED
    for form in ("onnx", "torch")
]
ORIGINS = np.arange(100, 1100)


def windows(bundle: Bundle) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Of features as they are, those up to each of the 1,000 origins."""
    spec = bundle.forecaster.preparation.spec
    rows = ORIGINS[:, None] + np.arange(1 - spec.time_step, 1)
    found: np.ndarray[Any, np.dtype[np.float64]] = compute(TABLE, spec.features)[rows]
    return found


def given(file: Path, features: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What an exported file makes of them, in batches of different sizes, without a line of ours."""
    parts = [features[:1], features[1:8], features[8:]]
    if file.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
        found = [session.run(None, {session.get_inputs()[0].name: part})[0] for part in parts]
    else:
        program = torch.export.load(file).module()
        found = [program(torch.from_numpy(part)).detach().numpy() for part in parts]
    return np.concatenate(found)


def forecasts(output: np.ndarray[Any, np.dtype[np.float64]], target: Target) -> np.ndarray[Any, np.dtype[np.float64]]:
    """As the page on exports says."""
    return TABLE.close[ORIGINS] * np.exp(output) if target == "log_return" else output


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_program_forecasts_what_its_bundle_does(name: str, form: str, tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "mine", spec_of(name))
    made = export(tmp_path / "mine", format=form, custom=custom_arguments(name)[1:])
    assert made.file == tmp_path / "export" / f"mine{made.file.suffix}"
    expected = bundle.forecaster.forecast(TABLE, ORIGINS)
    np.testing.assert_allclose(forecasts(given(made.file, windows(bundle)), "log_return"), expected, rtol=1e-5)
    moved = np.log(expected / TABLE.close[ORIGINS])
    assert np.ptp(moved) > 1e-6, "the forecasts differ"
    found = given(made.file, windows(bundle))
    assert np.abs(found - moved).max() < 1e-5 * bundle.forecaster.preparation.target.scale[0]
    assert made.difference < 1e-5


@pytest.mark.parametrize("form", ["torch", pytest.param("onnx", marks=pytest.mark.slow)])
@pytest.mark.parametrize("target", TARGETS)
def test_it_gives_what_is_forecast_on_its_own_scale(target: Target, form: str, tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "mine", spec_of("ridge"), target=target)
    made = export(tmp_path / "mine", format=form)
    expected = bundle.forecaster.forecast(TABLE, ORIGINS)
    np.testing.assert_allclose(forecasts(given(made.file, windows(bundle)), target), expected, rtol=1e-6)
    about = json.loads(made.about.read_text())
    assert about["output"]["name"] == target


def test_beside_it_stands_what_goes_in_and_what_comes_out(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "mine", spec_of("ridge"))
    made = export(tmp_path / "mine", format="torch", out=tmp_path / "model.pt2")
    about = json.loads((tmp_path / "model.pt2.json").read_text())
    assert made.about == tmp_path / "model.pt2.json"
    assert about["features"] == list(bundle.forecaster.preparation.spec.features)
    assert about["input"] == {"name": "features", "type": "float64", "shape": ["batch", 6, 3]}
    assert about["output"] == {"name": "log_return", "type": "float64", "shape": ["batch"]}
    assert about["steps"][-1] == "forecast of the close = last close * exp(log_return)"
    assert about["preparation"] == bundle.forecaster.preparation.as_dict()
    assert about["tested"] is True
    held = {"tunewright.json": ""}
    torch.export.load(made.file, extra_files=held)
    inside = json.loads(held["tunewright.json"])
    assert {**inside, "difference": made.difference} == about


def test_a_program_names_no_folder_of_the_machine_it_was_made_on(tmp_path: Path) -> None:
    write_bundle(tmp_path / "mine", spec_of("ridge"))
    program = torch.export.load(export(tmp_path / "mine", format="torch").file)
    stream = io.BytesIO()
    torch.export.save(program, stream)
    for place in (Path(tunewright.__file__).parents[2], tmp_path):
        assert str(place).encode() not in stream.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("name", HELD)
def test_a_model_that_the_bundle_holds_as_a_file_is_exported_as_it_is(name: str, tmp_path: Path) -> None:
    write_bundle(tmp_path / "mine", spec_of(name))
    packing = FAMILIES.named(name).packing
    assert packing is not None
    made = export(tmp_path / "mine")
    assert made.file.read_bytes() == (tmp_path / "mine" / packing.file).read_bytes()
    about = json.loads(made.about.read_text())
    assert about["input"] == {"name": "features", "type": "float32", "shape": ["batch", 6, 3]}
    assert "difference" not in about
    for form in ("onnx", "torch"):
        with pytest.raises(ConfigError, match=f"^--format {form}: expected {made.form} for the bundle's"):
            export(tmp_path / "mine", format=form)


@pytest.mark.slow
def test_a_keras_model_forecasts_by_the_steps_beside_it(tmp_path: Path) -> None:
    import keras

    bundle = write_bundle(tmp_path / "mine", spec_of("keras"))
    made = export(tmp_path / "mine")
    prepared = json.loads(made.about.read_text())["preparation"]
    inputs, target = prepared["inputs"], prepared["target"]
    scaled = ((windows(bundle) - inputs["centre"]) / inputs["scale"]).astype(np.float32)
    output = keras.saving.load_model(made.file).predict(scaled, verbose=0)[:, 0].astype(np.float64)
    moved = output * target["scale"][0] + target["centre"][0]
    expected = bundle.forecaster.forecast(TABLE, ORIGINS)
    np.testing.assert_allclose(forecasts(moved, "log_return"), expected, rtol=1e-6)


def test_what_computes_something_else_is_an_error_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = write_bundle(tmp_path / "mine", spec_of("ridge"))
    scale, wanted = bundle.forecaster.preparation.target.scale[0], exporting._expected
    monkeypatch.setattr(exporting, "_expected", lambda *arguments: wanted(*arguments) + 1.5e-5 * scale)
    with pytest.raises(BundleError) as raised:
        export(tmp_path / "mine", format="torch")
    assert str(raised.value) == (
        "the bundle's network is not exported: as torch it computes something else, expected at most 1e-05 of the "
        "target's scale, found 1.5e-05 on 1,000 random windows; try another --format, or load it in Python with "
        "tunewright.entrance.load_bundle"
    )
    assert not (tmp_path / "export").exists()
    monkeypatch.setattr(exporting, "_expected", lambda *arguments: wanted(*arguments) * np.nan)
    with pytest.raises(BundleError, match="found nan on 1,000 random windows"):
        export(tmp_path / "mine", format="torch")


class ByValue(torch.nn.Module):
    """A network that goes one way or the other by what it sees."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(columns, 1)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.layer(given.flatten(1))
        return found if float(given.sum()) > 0 else -found


def by_value(shape: tuple[int, int]) -> torch.nn.Module:
    return ByValue(shape[0] * shape[1])


def test_a_network_that_torch_cannot_trace_is_an_error_and_leaves_no_file(tmp_path: Path) -> None:
    call = f"{Path(__file__)}:by_value"
    write_bundle(tmp_path / "mine", WindowSpec(CustomSpec(call, {}, by_value), batch_first=True))
    with pytest.raises(BundleError) as raised:
        export(tmp_path / "mine", format="torch", custom=[call])
    told = str(raised.value)
    assert told.startswith("the bundle's network cannot be exported as torch: ")
    assert told.endswith("; try another --format, or load it in Python with tunewright.entrance.load_bundle")
    assert "\n" not in told
    assert not (tmp_path / "export").exists()


def test_options_that_do_not_fit_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bundle(tmp_path / "mine", spec_of("ridge"))

    def refused(kind: type[Exception], **options: Any) -> str:
        with pytest.raises(kind) as raised:
            export(tmp_path / "mine", **options)
        return str(raised.value)

    assert refused(ConfigError, format="tflite") == "--format: expected onnx, torch, keras, found 'tflite'"
    assert refused(ConfigError, format="keras") == (
        "--format keras: expected onnx or torch for the bundle's ridge; leave --format out"
    )
    assert refused(ConfigError, format="torch", custom=[CALLS["custom"]]) == (
        f"--custom: expected only the function that makes the network, found {CALLS['custom']}"
    )
    assert "cannot be written: No such file or directory" in refused(
        RunFolderError, format="torch", out=tmp_path / "none" / "model.pt2"
    )
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "tunewright.bundle.exporting.find_spec", lambda name: None if name == "onnxscript" else found(name)
    )
    for options in ({"format": "onnx"}, {}):
        assert refused(ConfigError, **options) == (
            "--format onnx: onnxscript is not installed; install it with: pip install 'tunewright[onnx]'"
        )
