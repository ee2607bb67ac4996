"""Comparisons of models of prices as a kind of experiment."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tunewright.experiment.model import without_idle_keys
from tunewright.prices.comparison.settings import COMPARISON_KINDS, Comparison, comparison_of
from tunewright.prices.families.known import FAMILIES
from tunewright.runs.kind import Kind

if TYPE_CHECKING:
    from tunewright.report.page import Page
    from tunewright.runs.kind import Audited
    from tunewright.runs.life import Life


def _check(values: Mapping[str, Any], base: Path) -> Comparison:
    comparison = comparison_of(values)
    from tunewright.prices.experiment.checks import checked

    return replace(comparison, base=checked(comparison.base, base))


def _life() -> "Life[Comparison, Any, Any]":
    from tunewright.prices.comparison.life import LIFE

    return LIFE


def _page(folder: Path, record: Mapping[str, Any]) -> "Page":
    from tunewright.prices.comparison.report.page import comparison_page

    return comparison_page(folder, record)


def _audit(comparison: Comparison) -> "Audited":
    from tunewright.prices.run.auditing import audit_experiment

    return audit_experiment(comparison.audited())


COMPARISONS: Kind[Comparison] = Kind(
    names=COMPARISON_KINDS,
    noun="a comparison",
    check=_check,
    life=_life,
    page=_page,
    renew=lambda values: without_idle_keys(FAMILIES, values),
    audit=_audit,
)
