"""The forward pass of stacked recurrent networks; PyTorch differentiates it."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from tunewright.prices.training.population.layout import Layout
from tunewright.prices.training.population.masks import Chance, mask


def forecasts(
    layout: Layout, rows: Tensor, windows: Tensor, *, chances: Sequence[Chance | None], steps: Tensor
) -> Tensor:
    """One forecast of each window, of shape (members, windows).

    rows: all weights, of shape (members, numbers). windows: of shape (members, moments, windows, features). chances: by
    layer, of dropout; None where no member has any, or where they predict. steps: batches trained, of shape (members,).
    """
    parts, states, last = layout.parts(rows), windows, len(layout.units) - 1
    for layer in range(len(layout.units)):
        states = _layer(layout, parts, states, layer=layer, ended=layer == last)
        chance = chances[layer]
        if chance is not None:
            states = states * mask(chance, steps, layer=layer, moments=states.shape[1], windows=states.shape[2])
    return torch.baddbmm(parts["head bias"][:, :, None], states[:, 0], parts["head"][:, :, None])[:, :, 0]


def _layer(layout: Layout, parts: Mapping[str, Tensor], states: Tensor, *, layer: int, ended: bool) -> Tensor:
    """States of shape (members, moments, windows, states of both ways), where `ended` of the last moment alone: of the
    way back, which ends there, that is the first."""
    members, ways = len(states), layout.ways
    seen = torch.stack((states, states.flip(1)), 1).flatten(0, 1) if layout.both_ways else states
    inputs, recurrent, bias = (
        parts[f"{name} {layer}"].reshape(members * ways, *shape)
        for name, shape in (
            ("inputs", (layout.inputs(layer), -1)),
            ("states", (layout.units[layer], -1)),
            ("bias", (1, -1)),
        )
    )
    # The input's part of all steps at once.
    gates = torch.baddbmm(bias, seen.flatten(1, 2), inputs).view(*seen.shape[:3], -1).unbind(1)
    if layout.cell == "lstm":
        moments = _lstm(gates, recurrent)
    else:
        moments = _gru(gates, recurrent, parts[f"state bias {layer}"].reshape(members * ways, 1, -1))
    if ended:
        moments = moments[-1:]
    found = torch.stack(moments, 1).view(members, ways, len(moments), *moments[0].shape[1:])
    return torch.cat((found[:, 0], found[:, 1].flip(1)), 3) if layout.both_ways else found[:, 0]


def _lstm(gates: Sequence[Tensor], recurrent: Tensor) -> list[Tensor]:
    """The states after each step, each of shape (members, windows, units)."""
    units, found = recurrent.shape[1], list[Tensor]()
    state = cell = gates[0].new_zeros(*gates[0].shape[:2], units)
    for now in gates:
        drawn = torch.baddbmm(now, state, recurrent)
        enter, forget, leave = torch.sigmoid(drawn[..., : 3 * units]).chunk(3, 2)
        cell = forget * cell + enter * torch.tanh(drawn[..., 3 * units :])
        state = leave * torch.tanh(cell)
        found.append(state)
    return found


def _gru(gates: Sequence[Tensor], recurrent: Tensor, bias: Tensor) -> list[Tensor]:
    """The reset gate acts on what the recurrent weights and their bias make of the state."""
    units, found = recurrent.shape[1], list[Tensor]()
    state = gates[0].new_zeros(*gates[0].shape[:2], units)
    for now in gates:
        before = torch.baddbmm(bias, state, recurrent)
        reset, keep = torch.sigmoid(now[..., : 2 * units] + before[..., : 2 * units]).chunk(2, 2)
        new = torch.tanh(now[..., 2 * units :] + reset * before[..., 2 * units :])
        state = new + keep * (state - new)
        found.append(state)
    return found
