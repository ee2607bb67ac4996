"""What moved where only the future changed, and which mistake that shows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tunewright.core.words import counted
from tunewright.prices.preparation.audited import TARGET, Check, Dates, Finding, Floats, FoldSamples, Sampled


@dataclass(frozen=True)
class Cut:
    """Where the future was changed: after `day`, in a fold."""

    dates: Dates
    day: np.datetime64
    fold: int

    def row(self, day: np.datetime64) -> int:
        return int(np.searchsorted(self.dates, day))

    def ahead(self, first: np.datetime64) -> int:
        """How far a row looks that moves though only rows after the cut have changed."""
        return self.row(self.day) + 1 - self.row(first)

    def finding(self, check: Check, column: str, first: np.datetime64, text: str) -> Finding:
        return Finding(check, self.fold, column, self.row(first), str(first), self.ahead(first), text)


@dataclass(frozen=True)
class Pair:
    """One column before and after, shape (samples, values), of the samples that may not move. days: theirs. goals: the
    targets of the same samples, for inputs."""

    column: str
    old: Floats
    new: Floats
    days: Dates
    goals: Floats | None


def pairs(base: FoldSamples, after: FoldSamples, day: np.datetime64) -> Iterator[Pair]:
    parts = ((base.training, after.training), (base.validation, after.validation))
    known = [one.origins <= day for one, _ in parts]
    origins = np.concatenate([one.origins[mask] for (one, _), mask in zip(parts, known, strict=True)])
    goals = np.concatenate([one.targets[mask] for (one, _), mask in zip(parts, known, strict=True)])
    old = np.concatenate([_flat(one.inputs)[mask] for (one, _), mask in zip(parts, known, strict=True)])
    new = np.concatenate([_flat(other.inputs)[mask] for (_, other), mask in zip(parts, known, strict=True)])
    for number, column in enumerate(base.columns):
        yield Pair(column, old[:, :, number], new[:, :, number], origins, goals)
    over = [one.days <= day for one, _ in parts]
    days = np.concatenate([one.days[mask] for (one, _), mask in zip(parts, over, strict=True)])
    past = np.concatenate([one.targets[mask] for (one, _), mask in zip(parts, over, strict=True)])
    present = np.concatenate([other.targets[mask] for (_, other), mask in zip(parts, over, strict=True)])
    yield Pair(TARGET, past[:, None], present[:, None], days, None)


def judge(pair: Pair, cut: Cut) -> Iterator[Finding]:
    """What a column's move means, where it has moved."""
    same = (pair.old == pair.new) | (np.isnan(pair.old) & np.isnan(pair.new))
    moved = np.flatnonzero(~same.all(axis=1))
    if not len(moved):
        return
    first = pair.days[moved].min()
    ahead = counted(cut.ahead(first), "row")
    check: Check
    if _affine(pair.old, pair.new):
        check = "fitting"
        text = (
            f"all of {pair.column!r} is shifted or scaled where only rows after {cut.day} change, though training "
            "ends before: a scaler, a mean or the like was fitted to more than the training rows"
        )
    elif pair.goals is not None and _affine(pair.old[:, -1:], pair.goals[:, None]):
        check = "target"
        text = f"{pair.column!r} is the target itself, {ahead} ahead of what is known on {first}"
    else:
        check = "look-ahead"
        text = (
            f"{pair.column!r} looks ahead: in row {cut.row(first)} ({first}) it depends on what is known at least "
            f"{ahead} later"
        )
    yield cut.finding(check, pair.column, first, f"fold {cut.fold}: {text}")


def _affine(one: Floats, other: Floats) -> bool:
    """Whether `other` is one shift and one scaling of `one`, to the rounding of float32."""
    x, y = one.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return bool(len(x) >= 3 and np.ptp(x) == np.ptp(y) == 0)
    slope = float(np.dot(x - x.mean(), y - y.mean()) / np.dot(x - x.mean(), x - x.mean()))
    residual = y - y.mean() - slope * (x - x.mean())
    return bool(np.abs(residual).max() <= 1e-3 * np.ptp(y) + 1e-6 * np.abs(y).max())


def _flat(inputs: Floats) -> Floats:
    """Shape (samples, ..., columns) as (samples, values, columns)."""
    return inputs.reshape(len(inputs), -1, inputs.shape[-1])


def alike(one: Sampled, other: Sampled) -> bool:
    return (
        one.inputs.shape == other.inputs.shape
        and np.array_equal(one.origins, other.origins)
        and np.array_equal(one.days, other.days)
    )
