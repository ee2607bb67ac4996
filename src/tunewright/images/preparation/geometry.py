"""Random flips and shifts of images: pixels move and keep their values, so all of it is done in uint8."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Moves:
    """What happens to each image of a batch: tensors of shape (images,).

    `flipped` (bool): left and right change places. `down` and `right` (int64, from 0 to twice the crop): where the
    window begins in the flipped image after padding by reflection.
    """

    flipped: Tensor
    down: Tensor
    right: Tensor


def draw_moves(count: int, *, flip: bool, crop: int, generator: torch.Generator) -> Moves:
    """Flips with probability one half (none without `flip`), windows uniform over all (2 crop + 1)² places."""
    flipped = torch.rand(count, generator=generator) < (0.5 if flip else 0.0)
    down, right = torch.randint(2 * crop + 1, (2, count), generator=generator)
    return Moves(flipped, down, right)


def moved(pixels: Tensor, moves: Moves, *, crop: int) -> Tensor:
    """Flip, pad by `crop` pixels as `torch.nn.functional.pad(mode="reflect")` does, cut the window out.

    `pixels`: shape (images, channels, height, width), any type; the same shape and type out, in channels_last. Nothing
    is padded: the place that each pixel comes from is worked out, and whole pixels are gathered once.
    """
    count, channels, height, width = pixels.shape
    flipped, down, right = (part.to(pixels.device)[:, None] for part in (moves.flipped, moves.down, moves.right))
    rows = _reflected(torch.arange(height, device=pixels.device) + (down - crop), height)
    columns = _reflected(torch.arange(width, device=pixels.device) + (right - crop), width)
    columns = torch.where(flipped, width - 1 - columns, columns)
    starts = (torch.arange(count, device=pixels.device)[:, None] * height + rows) * width
    places = (starts[:, :, None] + columns[:, None, :]).view(-1)
    whole = pixels.permute(0, 2, 3, 1).reshape(-1, channels)
    return whole.index_select(0, places).view(count, height, width, channels).permute(0, 3, 1, 2)


def _reflected(places: Tensor, size: int) -> Tensor:
    """Places outside 0 .. size - 1 mirrored at the first and the last, which are not repeated."""
    last = size - 1
    return last - (last - places.abs()).abs()
