"""The leak audit of a whole experiment: its files, its joined tickers, its functions, its folds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.words import counted
from tunewright.prices.experiment.resolving import check_features, resolve_features, resolve_volatility, unused
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.preparation.audit import audit
from tunewright.prices.preparation.audited import CHECKS, Finding, FoldSamples, Sampled
from tunewright.prices.preparation.custom import CustomFeatures, extend, find_look_ahead
from tunewright.prices.preparation.folds import Fold
from tunewright.prices.preparation.join import Sources, join
from tunewright.prices.preparation.prepare import Preparation, fit_preparation
from tunewright.prices.preparation.seal import Development, seal
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.run.setup import beginning, longest_preparations, read_raw

_FUNCTION_CUTS = tuple(np.linspace(0.3, 0.99, 24).tolist())


@dataclass(frozen=True)
class PreparedPipeline:
    """What a trial trains on: series joined, features computed, scalers fitted on the fold's training rows."""

    preparation: Preparation
    customs: tuple[CustomFeatures, ...]

    def __call__(self, sources: Sources, fold: Fold, /) -> FoldSamples:
        """The samples of one fold. Raises DataError as `join`, `extend` and `fit_preparation` do."""
        development = Development(extend(join(sources).table, self.customs).table)
        fitted = fit_preparation(development, fold.train, self.preparation)
        training, validation = (fitted.samples(development.table, rows) for rows in (fold.train, fold.validation))
        return FoldSamples(
            self.preparation.features, self._sampled(training, development), self._sampled(validation, development)
        )

    def _sampled(self, samples: Samples, development: Development) -> Sampled:
        windows, dates = samples.windows, development.table.dates
        return Sampled(
            windows.series[windows.rows()],
            samples.targets,
            dates[windows.origins],
            dates[windows.origins + self.preparation.horizon],
        )


@dataclass(frozen=True)
class Audited:
    """What was found, and what was looked at. complete: whether all checks were made, on every fold. earlier:
    runs whose configurations are tried first, and weights: that trainings begin with; their days were checked before.
    """

    findings: tuple[Finding, ...]
    folds: int
    columns: tuple[str, ...]
    complete: bool
    earlier: tuple[str, ...] = ()
    weights: str | None = None

    def lines(self) -> list[str]:
        """One line for each check, and one for each leak."""
        folds = f"{counted(self.folds, 'fold')}, " if self.folds else ""
        lines = [f"checked   {folds}{counted(len(self.columns), 'input')}: {', '.join(self.columns)}"]
        for check, well in CHECKS.items():
            leaks = [finding for finding in self.findings if finding.check == check]
            lines += [f"LEAK      {finding.text}" for finding in leaks]
            if not leaks:
                lines.append(f"ok        {well}" if self.complete else f"skipped   {well}: mend the function first")
        runs = f"{', '.join(self.earlier)}: tuned on days before this sealed test alone"
        begun = f"{self.weights}: trained on days before this sealed test alone"
        return [
            *lines,
            *([f"ok        earlier runs, {runs}"] if self.earlier else []),
            *([f"ok        weights, {begun}"] if self.weights else []),
        ]

    def as_dict(self) -> dict[str, Json]:
        return {
            "leaks": bool(self.findings),
            "complete": self.complete,
            "folds": self.folds,
            "columns": list(self.columns),
            "earlier_runs": list(self.earlier),
            "weights": self.weights,
            "findings": [
                {
                    "check": finding.check,
                    "fold": finding.fold,
                    "column": finding.column,
                    "row": finding.row,
                    "day": finding.day,
                    "ahead": finding.ahead,
                    "text": finding.text,
                }
                for finding in self.findings
            ],
        }


def audit_experiment(experiment: Experiment) -> Audited:
    """Audit the development rows of an experiment; the sealed test stays closed. Raises InputError as `set_up` does.

    The user's functions are watched first, by themselves; where one looks ahead, the rest is not looked at.
    """
    raw = read_raw(experiment)
    sources, customs = raw.sources, raw.customs
    leak = find_look_ahead(raw.joined, customs, cuts=_FUNCTION_CUTS)
    if leak is not None:
        finding = Finding("look-ahead", None, leak.column, leak.row, leak.day, leak.ahead, leak.text())
        return Audited((finding,), 0, (leak.column,), complete=False)
    extended = extend(raw.joined, customs)
    table = extended.table
    experiment = resolve_features(resolve_volatility(experiment, table), table)
    check_features(experiment, table, returned=extended.returned)
    if idle := unused(experiment, [other.ticker for other in sources.others]):
        raise ConfigError(f"{idle}; as it is, nothing of it is audited")
    development, sealed = seal(table, experiment.preparation.test_fraction)
    experiment.transfer.check_days(sealed.first)
    folds = experiment.preparation.walk_forward().cut(len(development.table))
    first = str(development.table.dates[folds[0].validation.start])
    begun = beginning(experiment, sealed=sealed.first, validated=first)
    known = int(np.searchsorted(sources.own.dates, development.table.dates[-1], side="right"))
    sources = replace(sources, own=sources.own.head(known))
    preparations = longest_preparations(experiment)
    found = [audit(PreparedPipeline(preparation, customs), sources, folds) for preparation in preparations]
    columns = dict.fromkeys(name for preparation in preparations for name in preparation.features)
    earlier = tuple(one.run for one in experiment.transfer.earlier if one.tells)
    weights = None if begun is None else begun.weights.source
    return Audited(_different(found), len(folds), tuple(columns), complete=True, earlier=earlier, weights=weights)


def _different(found: Sequence[tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """Each leak once, though several lists of features have it."""
    return tuple({(one.check, one.column): one for findings in found for one in findings}.values())
