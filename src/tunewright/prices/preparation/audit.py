"""The leak audit: change what is not yet known, and nothing computed before may move by one bit.

It sees what goes into a training: inputs, targets, and which days are trained and validated on. It cannot see how a
model is chosen afterwards, such as test days that decide when a training stops.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from tunewright.prices.preparation.audited import CHECKS, TARGET, Check, Finding, FoldSamples, Pipeline
from tunewright.prices.preparation.folds import Fold
from tunewright.prices.preparation.join import Sources
from tunewright.prices.preparation.moves import Cut, alike, judge, pairs
from tunewright.prices.preparation.perturbing import change_unknown


def audit(
    pipeline: Pipeline, sources: Sources, folds: Sequence[Fold], *, cuts: int = 4, seed: int = 0
) -> tuple[Finding, ...]:
    """Every leak found, at most one for each check and column; () where all is well.

    For each fold the future is changed after its last training day and after `cuts` days of its validation part.
    """
    found: dict[tuple[Check, str], tuple[bool, int, Finding]] = {}
    for fold in folds:
        base = pipeline(sources, fold)
        moves = (
            finding
            for day in _days(base, sources, cuts)
            for finding in _moves(
                base, pipeline(change_unknown(sources, day, seed=seed), fold), _cut(sources, day, fold)
            )
        )
        for finding in (*_split(base, sources, fold), *moves):
            # Near the end of training, a column that looks ahead also moves the scaler, and with it all rows from the
            # first on: where only some rows move, the distance is that of the leak itself.
            rank = (finding.day > _first_day(base, finding.column), finding.ahead)
            key = (finding.check, finding.column)
            if key not in found or rank > found[key][:2]:
                found[key] = (*rank, finding)
    return _own_leaks([finding for *_, finding in found.values()])


def _own_leaks(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """In the order of the checks, without what only follows from another: what is fitted to a column that looks ahead
    moves with it."""
    ahead = {finding.column for finding in findings if finding.check != "fitting"}
    kept = [finding for finding in findings if finding.check != "fitting" or finding.column not in ahead]
    order = list(CHECKS)
    return tuple(sorted(kept, key=lambda finding: (order.index(finding.check), finding.row)))


def _split(base: FoldSamples, sources: Sources, fold: Fold) -> Iterator[Finding]:
    first = base.validation.origins.min()
    late = base.training.days[base.training.days > first]
    if len(late):
        cut = _cut(sources, late.max(), fold)
        text = (
            f"fold {fold.number}: {len(late)} of {len(base.training.days)} training targets lie after {first}, when "
            f"the first validation forecast is made (the first of them on {late.min()}): windows were split at random, "
            "or the rows are not in the order of time"
        )
        yield Finding("split", fold.number, TARGET, cut.row(first), str(first), cut.ahead(first) - 1, text)


def _days(base: FoldSamples, sources: Sources, cuts: int) -> list[np.datetime64]:
    """After which days the future is changed: none before the end of training, for what is fitted there may move."""
    trained, origins = base.training.days.max(), np.unique(base.validation.origins)
    chosen = np.unique(origins[np.linspace(0, len(origins) - 1, cuts).round().astype(int)])
    days = [trained, *(day for day in chosen if day > trained)]
    return [day for day in days if day < sources.own.dates[-1]]


def _moves(base: FoldSamples, after: FoldSamples, cut: Cut) -> Iterator[Finding]:
    if not (alike(base.training, after.training) and alike(base.validation, after.validation)):
        text = f"fold {cut.fold}: other samples are made where only rows after {cut.day} change"
        yield cut.finding("look-ahead", "samples", cut.dates[0], text)
        return
    for pair in pairs(base, after, cut.day):
        yield from judge(pair, cut)


def _cut(sources: Sources, day: np.datetime64, fold: Fold) -> Cut:
    return Cut(sources.own.dates, day, fold.number)


def _first_day(base: FoldSamples, column: str) -> str:
    return str((base.training.days if column == TARGET else base.training.origins).min())
