"""Comparisons of models of prices as a kind of experiment."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tunewright.core.plugins import later, loaded
from tunewright.core.words import counted
from tunewright.experiment.model import set_aside
from tunewright.prices.comparison.settings import COMPARISON_KINDS, Comparison, comparison_of
from tunewright.prices.families.known import FAMILIES
from tunewright.runs.kind import Audited, Kind


def _check(values: Mapping[str, Any], base: Path) -> Comparison:
    comparison = comparison_of(values)
    from tunewright.prices.experiment.checks import checked

    return replace(comparison, base=checked(comparison.base, base))


def _audit(comparison: Comparison) -> Audited:
    from tunewright.prices.run.auditing import audit_experiment

    return audit_experiment(comparison.with_sets())


COMPARISONS: Kind[Comparison] = Kind(
    names=COMPARISON_KINDS,
    noun="a comparison",
    check=_check,
    life=partial(loaded, "tunewright.prices.comparison.life:LIFE"),
    page=later("tunewright.prices.comparison.report.page:comparison_page"),
    renew=lambda values: set_aside(FAMILIES, values),
    audit=_audit,
    ended=lambda results: f"{counted(len(results['comparison']['variants']), 'variant')} compared",
)
