"""Each network of the families gives what a reference gives with equal weights: torch's own layers where it has them,
else the formulas of the papers, written out in NumPy."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor, nn

from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.networks.dlinear import moving_average
from tunewright.prices.preparation.windows import LastValue

Array = npt.NDArray[np.float64]

TIME_STEP, BATCH, FEATURES = 9, 4, 3
WINDOWS = torch.randn(TIME_STEP, BATCH, FEATURES, generator=torch.Generator().manual_seed(7))


def built(
    family: str, settings: dict[str, Any], *, features: int = FEATURES, last_value: LastValue | None = None
) -> nn.Module:
    """A module whose every weight is drawn at random, so that none is at a value of its own."""
    chosen = FAMILIES.named(family)
    spec = chosen.settings.model_validate(settings).spec()  # type: ignore[attr-defined]
    draws = torch.Generator().manual_seed(5)
    model = chosen.build(spec, Shape(TIME_STEP, features, last_value), draws)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(0, 0.4, generator=draws)
    return model


def weights(model: nn.Module) -> dict[str, Array]:
    return {name: weight.numpy().astype(np.float64) for name, weight in model.state_dict().items()}


def forecasts(model: nn.Module, windows: Tensor = WINDOWS) -> Array:
    with torch.no_grad():
        return model(windows).numpy().astype(np.float64)  # type: ignore[no-any-return]


def close_to(found: Array, expected: Array) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def headed(model: nn.Module, states: Tensor) -> Array:
    with torch.no_grad():
        return model.head(states)[:, 0].numpy().astype(np.float64)  # type: ignore[operator, no-any-return]


def copied(into: nn.RNNBase, model: nn.Module) -> nn.RNNBase:
    """One layer of torch for all of the model's, with their weights."""
    for number, layer in enumerate(model.layers):  # type: ignore[arg-type]
        for name, weight in layer.named_parameters():
            into.get_parameter(name.replace("_l0", f"_l{number}")).data.copy_(weight)
    return into.eval()


@torch.no_grad()
def test_gru_is_torchs_own() -> None:
    model = built("gru", {"layers": 2, "units": 5})
    _, state = copied(nn.GRU(FEATURES, 5, num_layers=2), model)(WINDOWS)
    close_to(forecasts(model), headed(model, state[-1]))


@torch.no_grad()
def test_an_lstm_both_ways_is_torchs_own() -> None:
    model = built("lstm", {"layers": 2, "units": 5, "bidirectional": True})
    _, (state, _) = copied(nn.LSTM(FEATURES, 5, num_layers=2, bidirectional=True), model)(WINDOWS)
    both = torch.cat([state[-2], state[-1]], dim=1)
    close_to(forecasts(model), headed(model, both))


@pytest.mark.parametrize("name", ["additive", "dot"])
@torch.no_grad()
def test_attention_is_the_formula_of_its_paper(name: str) -> None:
    model = built("lstm", {"units": 5, "attention": name})
    states = copied(nn.LSTM(FEATURES, 5), model)(WINDOWS)[0].numpy().astype(np.float64)
    held = weights(model)
    query = held["attention.query"]
    if name == "additive":
        keys = np.tanh(states @ held["attention.keys.weight"].T + held["attention.keys.bias"])
        scores = (keys * query).sum(axis=2)
    else:
        scores = (states * query).sum(axis=2) / np.sqrt(5)
    shares = np.exp(scores) / np.exp(scores).sum(axis=0)
    context = (shares[:, :, None] * states).sum(axis=0)
    close_to(forecasts(model), context @ held["head.weight"][0] + held["head.bias"])


def test_tcn_sees_with_weight_norm_what_a_loop_over_taps_sees() -> None:
    model = built("tcn", {"levels": 2, "channels": 4, "kernel_size": 3})
    held, states = weights(model), WINDOWS.permute(1, 2, 0).numpy().astype(np.float64)
    for level in range(2):
        inner, name = states, f"blocks.{level}"
        for part in ("first", "second"):
            direction, size = held[f"{name}.{part}.direction"], held[f"{name}.{part}.size"]
            weight = size * direction / np.sqrt((direction**2).sum(axis=(1, 2), keepdims=True))
            summed = np.zeros((BATCH, 4, TIME_STEP)) + held[f"{name}.{part}.bias"][:, None]
            for step in range(TIME_STEP):
                for tap in range(3):
                    if (seen := step - 2**level * (2 - tap)) >= 0:
                        summed[:, :, step] += inner[:, :, seen] @ weight[:, :, tap].T
            inner = np.maximum(summed, 0)
        if f"{name}.across.weight" in held:
            across = held[f"{name}.across.weight"] @ states + held[f"{name}.across.bias"][:, None]
        else:
            across = states
        states = np.maximum(inner + across, 0)
    expected = states[:, :, -1] @ held["head.weight"][0] + held["head.bias"]
    close_to(forecasts(model), expected)
    assert "blocks.0.across.weight" in held
    assert "blocks.1.across.weight" not in held


def test_tcn_begins_as_if_it_had_no_weight_norm() -> None:
    block = FAMILIES.named("tcn")
    model = block.build(block.settings().spec(), Shape(TIME_STEP, FEATURES), torch.Generator())  # type: ignore[attr-defined]
    held = weights(model)
    for name in ("blocks.0.first", "blocks.2.second"):
        norms = np.sqrt((held[f"{name}.direction"] ** 2).sum(axis=(1, 2), keepdims=True))
        close_to(held[f"{name}.size"], norms)


@torch.no_grad()
def test_a_transformer_is_torchs_encoder_over_patches() -> None:
    model = built("transformer", {"patch_length": 4, "stride": 2, "d_model": 6, "heads": 3, "layers": 2})
    held = weights(model)
    padded = np.concatenate([WINDOWS.numpy(), WINDOWS.numpy()[-1:], WINDOWS.numpy()[-1:]])
    patches = [padded[start : start + 4].transpose(1, 2, 0).reshape(BATCH, -1) for start in range(0, 8, 2)]
    embedded = np.stack(patches, axis=1) @ held["embedding.weight"].T + held["embedding.bias"] + held["position"]
    states = torch.from_numpy(embedded.astype(np.float32))
    for number in range(2):
        states = _encoder_layer(held, f"layers.{number}")(states)
    assert tuple(states.shape) == (BATCH, 4, 6)
    close_to(forecasts(model), headed(model, states.flatten(1)))


def _encoder_layer(held: dict[str, Array], name: str) -> nn.TransformerEncoderLayer:
    layer = nn.TransformerEncoderLayer(6, 3, dim_feedforward=12, activation="gelu", batch_first=True).eval()

    def put(target: Tensor, *parts: str) -> None:
        target.copy_(torch.from_numpy(np.concatenate([held[f"{name}.{part}"] for part in parts])))

    for kind in ("weight", "bias"):
        joined = layer.self_attn.in_proj_weight if kind == "weight" else layer.self_attn.in_proj_bias
        put(joined, *(f"{part}.{kind}" for part in ("queries", "keys", "values")))
        for own, part in (
            (layer.self_attn.out_proj, "joined"), (layer.linear1, "wider"), (layer.linear2, "narrower"),
            (layer.norm1, "norms.0"), (layer.norm2, "norms.1"),
        ):  # fmt: skip
            put(own.get_parameter(kind), f"{part}.{kind}")
    return layer


def test_an_mlp_is_products_with_what_is_below_zero_cut() -> None:
    model = built("mlp", {"layers": 2, "units": 5})
    held, states = weights(model), WINDOWS.numpy().astype(np.float64).transpose(1, 0, 2).reshape(BATCH, -1)
    for number in range(2):
        states = np.maximum(states @ held[f"layers.{number}.weight"].T + held[f"layers.{number}.bias"], 0)
    close_to(forecasts(model), states @ held["head.weight"][0] + held["head.bias"])


@pytest.mark.parametrize("rows", [2, 3, 4, 25])
def test_a_moving_average_repeats_the_ends(rows: int) -> None:
    series = WINDOWS.numpy().astype(np.float64)
    before, behind = (rows - 1) // 2, rows // 2
    ended = np.concatenate([series[:1].repeat(before, 0), series, series[-1:].repeat(behind, 0)])
    expected = np.stack([ended[step : step + rows].mean(axis=0) for step in range(TIME_STEP)])
    close_to(moving_average(WINDOWS, rows).numpy(), expected)


@pytest.mark.parametrize("features", [1, FEATURES])
def test_dlinear_adds_what_each_feature_forecasts(features: int) -> None:
    model = built("dlinear", {"moving_average": 5}, features=features)
    held, windows = weights(model), WINDOWS[:, :, :features]
    expected = held["trend.bias"] + held["remainder.bias"] + np.zeros(BATCH)
    for feature in range(features):
        series = windows[:, :, feature].numpy().astype(np.float64)
        trend = np.stack(
            [np.pad(series, ((2, 2), (0, 0)), "edge")[step : step + 5].mean(0) for step in range(TIME_STEP)]
        )
        for name, part in (("trend", trend), ("remainder", series - trend)):
            expected += held[f"{name}.weight"].reshape(TIME_STEP, features)[:, feature] @ part
    close_to(forecasts(model, windows), expected)


@pytest.mark.parametrize("last_value", [None, LastValue(1, 1.0, 0.0), LastValue(2, 0.7, -0.2)])
def test_nlinear_forecasts_the_change_from_the_last_row(last_value: LastValue | None) -> None:
    model = built("nlinear", {}, last_value=last_value)
    held, windows = weights(model), WINDOWS.numpy().astype(np.float64)
    changes = (windows - windows[-1]).transpose(1, 0, 2).reshape(BATCH, -1)
    expected = changes @ held["linear.weight"][0] + held["linear.bias"]
    if last_value is not None:
        expected += last_value.slope * windows[-1, :, last_value.feature] + last_value.shift
    close_to(forecasts(model), expected)


DROPPING: dict[str, dict[str, Any]] = {
    "lstm": {"attention": "dot"},
    "gru": {},
    "tcn": {},
    "mlp": {},
    "transformer": {"d_model": 32},
}


@pytest.mark.parametrize("family", DROPPING)
def test_dropout_comes_from_its_generator_alone(family: str) -> None:
    model = built(family, {**DROPPING[family], "dropout": 0.5})

    def trained(seed: int) -> Tensor:
        found: Tensor = model(WINDOWS, torch.Generator().manual_seed(seed))
        return found

    torch.manual_seed(0)
    first = trained(1)
    torch.manual_seed(99)
    assert torch.equal(first, trained(1))
    assert not torch.equal(first, trained(2))
    assert not torch.equal(first, model(WINDOWS))
    without = built(family, {**DROPPING[family], "dropout": 0.0})
    assert torch.equal(without(WINDOWS, torch.Generator()), without(WINDOWS))
