"""Which states dropout leaves, for many networks at once: what each draws follows from its own seed alone.

Philox4x32-7 (Salmon et al. 2011), counted as in native/source/random.h, so that a mask is the compiled engine's: the
counter is (window of the batch, group of eight states, layer, batch trained); the halves of its four words are for the
eight states, and a rate is one of 65536.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

_WORD = 0xFFFFFFFF


@dataclass(frozen=True, eq=False)
class Chance:
    """Of one layer in all members, int64. seeds: of shape (members, 2), the lower and the upper 32 bits. limits: of
    shape (members,), of 65536 draws how many drop. own: of shape (members, states), of each padded state its number
    among the member's own. groups: of shape (members,), of eight of these."""

    seeds: Tensor
    limits: Tensor
    own: Tensor
    groups: Tensor

    def take(self, rows: Tensor) -> "Chance":
        return Chance(self.seeds[rows], self.limits[rows], self.own[rows], self.groups[rows])


def limit(rate: float) -> int:
    """Of 65536 draws how many drop, never all; the rate is in single precision where it is rounded, as in C."""
    return min(int(float(np.float32(rate)) * 65536 + 0.5), 65535)


def mask(chance: Chance, steps: Tensor, *, layer: int, moments: int, windows: int) -> Tensor:
    """What dropout multiplies states by, 0 or 1 / (1 - rate): float32 of shape (members, moments, windows, states).

    steps: int64 of shape (members,), how many batches each has trained.
    """
    here, groups = chance.limits.device, (chance.own.shape[1] + 7) // 8
    moment = torch.arange(moments, device=here)[None, :, None, None]
    group = torch.arange(groups, device=here)[None, None, :, None]
    words = _philox(
        torch.arange(windows, device=here)[None, None, None, :],
        moment * _each(chance.groups) + group,
        layer | (_each(steps) >> 32) << 8,
        _each(steps) & _WORD,
        seeds=chance.seeds,
    )
    halves = torch.stack([half for word in words for half in (word & 0xFFFF, word >> 16)], dim=3)
    drawn = halves.flatten(2, 3).transpose(2, 3)
    own = chance.own[:, None, None, :].expand(-1, moments, windows, -1)
    limits = _each(chance.limits)
    scale = (65536 / (65536 - limits)).to(torch.float32)
    return torch.where(drawn.gather(3, own) >= limits, scale, 0.0)


def _philox(*words: Tensor, seeds: Tensor) -> tuple[Tensor, ...]:
    """Four words of 32 bits, as int64, from four that broadcast together. Products wrap around, and no bit that is read
    of them is another for it."""
    first, second = _each(seeds[:, 0]), _each(seeds[:, 1])
    one, two, three, four = words
    for _ in range(7):
        even, odd = one * 0xD2511F53, three * 0xCD9E8D57
        one, two = (odd >> 32) & _WORD ^ two ^ first, odd & _WORD
        three, four = (even >> 32) & _WORD ^ four ^ second, even & _WORD
        first, second = (first + 0x9E3779B9) & _WORD, (second + 0xBB67AE85) & _WORD
    return one, two, three, four


def _each(numbers: Tensor) -> Tensor:
    return numbers[:, None, None, None]
