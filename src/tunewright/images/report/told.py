"""What the figures of a run on images show, in words and as tables."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tunewright.images.report.outcome import Bin, ClassAccuracy
from tunewright.images.report.results import Contestant
from tunewright.images.report.words import percent, shown
from tunewright.report.told import Cell, Told, listed
from tunewright.report.values import Floats
from tunewright.report.words import number

MOST = 20
"""Classes beyond which the table of the confusion matrix has the pairs that were confused instead."""


def confusion(classes: Sequence[str], counts: NDArray[np.int64]) -> Told:
    """counts: rows actual, columns predicted."""
    right, whole = int(counts.trace()), int(counts.sum())
    alt = f"{right:,} of {whole:,} images lie on the diagonal: they were given to their own class."
    if len(classes) <= MOST:
        return Told(alt, {"Actual": classes, **{f"as {name}": [f"{one}" for one in counts[:, column]]
                                                for column, name in enumerate(classes)}})  # fmt: skip
    pairs = sorted(
        ((int(counts[one, other]), one, other) for one, other in zip(*counts.nonzero(), strict=True) if one != other),
        reverse=True,
    )[:50]
    return Told(
        f"{alt} The table has the pairs most often confused.",
        {"Actual": [classes[one] for _, one, _ in pairs], "Predicted": [classes[other] for _, _, other in pairs],
         "Images": [f"{count:,}" for count, _, _ in pairs]},
    )  # fmt: skip


def per_class(classes: Sequence[ClassAccuracy]) -> Told:
    """classes: the lowest first, all with an accuracy."""
    ends = "" if not classes else (
        f"From {classes[0].name} with {percent(classes[0].accuracy or 0)} to {classes[-1].name} with "
        f"{percent(classes[-1].accuracy or 0)}."
    )  # fmt: skip
    shares: dict[str, Sequence[Cell]] = {
        head: [None if value is None else 100 * value for value in values]
        for head, values in (("Recognised (%)", [one.accuracy for one in classes]),
                             ("95 % from (%)", [one.low for one in classes]), ("to (%)", [one.high for one in classes]))
    }  # fmt: skip
    return Told(
        ends, {"Class": [one.name for one in classes], **shares, "Images": [f"{one.count:,}" for one in classes]}
    )


def reliability(bins: Sequence[Bin]) -> Told:
    """bins: those with images."""
    far = max(bins, key=lambda one: abs((one.confidence or 0) - (one.accuracy or 0)), default=None)
    alt = "" if far is None else (
        f"Farthest from the dashed line: images with a probability of {number(far.low, digits=2)} to "
        f"{number(far.high, digits=2)}, which are right in {percent(far.accuracy or 0)}."
    )  # fmt: skip
    return Told(
        alt,
        {"Probability": [f"{one.low:.2f} to {one.high:.2f}" for one in bins],
         "Mean probability": [one.confidence for one in bins], "Share right": [one.accuracy for one in bins],
         "Images": [f"{one.count:,}" for one in bins]},
    )  # fmt: skip


def size(contestants: Sequence[Contestant]) -> Told:
    accuracies = {f"{shown(one)} ({one.parameters:,} parameters)": 100 * one.seeds.mean for one in contestants}
    return Told(
        f"Right on the sealed test: {listed(accuracies, ' %')}.",
        {"Model": [shown(one) for one in contestants], "Parameters": [f"{one.parameters:,}" for one in contestants],
         "Right (%)": [100 * one.seeds.mean for one in contestants],
         "95 % from (%)": [100 * one.test.low for one in contestants],
         "to (%)": [100 * one.test.high for one in contestants]},
    )  # fmt: skip


def learning(curves: Mapping[str, tuple[Floats, Floats, Floats]]) -> Told:
    """curves: losses in training and validation, and the accuracy in per cent, by model."""
    ends = {name: float(train[-1]) for name, (train, _, _) in curves.items()}
    rights = {name: float(right[-1]) for name, (_, _, right) in curves.items() if len(right)}
    held = f" Right on what was held out, at the end: {listed(rights, ' %')}." if rights else ""
    rows = [
        (name, f"{epoch + 1}", *(float(one[epoch]) if epoch < len(one) else None for one in lines))
        for name, lines in curves.items()
        for epoch in range(max(map(len, lines)))
    ]
    heads = ("Model", "Epoch", "Training loss", "Validation loss", "Right (%)")
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    return Told(f"Training loss at the end: {listed(ends)}.{held}", columns)
