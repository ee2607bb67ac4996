"""Runs on images side by side: the images that all of them have sealed, and on these who is right more often."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.words import counted
from tunewright.images.judging.names import ACTUAL, IMAGE
from tunewright.images.report.agreement import draw
from tunewright.report.compared.outcome import Common, Contender, Contest, Measure
from tunewright.report.compared.pairing import Entry, Tested, Values, agreement, tested_pairs
from tunewright.runs.by_seed import read_by_seed
from tunewright.runs.finished import Finished
from tunewright.runs.folder import RunFolder
from tunewright.statistics.contenders import accuracy_gap

Right = NDArray[np.bool_]
ACCURACY = Measure(
    noun="accuracy",
    head="Accuracy",
    hint="Accuracy: share of the common sealed images that the tuned model is right on, over all of its trainings.",
    test="McNemar",
    shares=False,
    high_is_good=True,
)


@dataclass(frozen=True, eq=False)
class Sealed:
    """A run's sealed images. said: the class that its tuned model says from each seed, a column each. Rows are known
    by the hash of their pixels, and by a number where an image is there more than once."""

    run: Finished
    actual: "pd.Series[str]"
    said: pd.DataFrame

    def right(self, images: pd.Index) -> Right:
        """Whether it is right on these images, shape (trainings, images)."""
        hits = self.said.loc[images].eq(self.actual.loc[images], axis=0)
        return cast(Right, hits.to_numpy(dtype=bool).T)


def compare_images(runs: Sequence[Finished]) -> Contest:
    """Paired on the images that all have sealed, pixel for pixel. Raises ConfigError where none is common or their
    classes differ, RunFolderError where a file is missing or broken."""
    found = [_sealed(run) for run in runs]
    images = _common(found)
    _check_classes(found, images)
    rights = [one.right(images) for one in found]
    said = [one.said.loc[images].iloc[:, 0].to_numpy() for one in found]
    entries = [Entry(one.run.label, right, words) for one, right, words in zip(found, rights, said, strict=True)]
    shipped = {entry.label: right[0] for entry, right in zip(entries, rights, strict=True)}
    pairs = tuple(
        replace(pair, agreement=agreement(shipped[pair.one], shipped[pair.other]))
        for pair in tested_pairs(entries, _test, high_is_good=True)
    )
    contenders = [_contender(one, float(right.mean())) for one, right in zip(found, rights, strict=True)]
    common = Common("sealed image", len(images))
    return Contest(ACCURACY, tuple(contenders), pairs, common, chance="images", figures=lambda: (draw(pairs),))


def _test(one: Values, other: Values) -> Tested:
    gap = accuracy_gap(cast(Right, one), cast(Right, other))
    return Tested(gap.difference, gap.low, gap.high, gap.p)


def _sealed(run: Finished) -> Sealed:
    path = RunFolder(run.folder).by_seed
    if not path.exists():
        raise RunFolderError(
            f"{run.folder} does not say which images it sealed: an earlier version wrote it; run its experiment again"
        )
    frame, seeds = read_by_seed(path, rows=(IMAGE, ACTUAL), texts=True)
    frame.index = pd.MultiIndex.from_arrays([frame[IMAGE], frame.groupby(IMAGE).cumcount()])
    return Sealed(run, frame[ACTUAL], frame[seeds])


def _contender(sealed: Sealed, value: float) -> Contender:
    run, best = sealed.run, sealed.run.best
    return Contender(
        run.label, str(run.folder), run.ended, value, f"{100 * value:.2f} %",
        rows=len(sealed.said), trainings=sealed.said.shape[1], validation=best.score if best else None,
        looks=run.looks,
    )  # fmt: skip


def _common(found: Sequence[Sealed]) -> pd.Index:
    images = found[0].said.index
    for one in found[1:]:
        images = images.intersection(one.said.index, sort=False)
    if len(images) < 2:
        counts = ", ".join(f"{len(one.said):,} in {one.run.label}" for one in found)
        raise ConfigError(
            f"expected two images or more that all runs have sealed, found {counted(len(images), 'image')} (of "
            f"{counts}); compare runs on the same images, read in the same size and colour"
        )
    return images


def _check_classes(found: Sequence[Sealed], images: pd.Index) -> None:
    first, *others = found
    for one in others:
        apart = np.flatnonzero((first.actual.loc[images] != one.actual.loc[images]).to_numpy())
        if len(apart):
            image = images[int(apart[0])]
            raise ConfigError(
                f"expected the same class for the same image, found for {image[0]} the classes "
                f"{first.actual.loc[image]!r} ({first.run.label}) and {one.actual.loc[image]!r} ({one.run.label}); "
                "compare runs on images that are labelled alike"
            )
