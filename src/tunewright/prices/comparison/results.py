"""What results.json tells of a comparison (docs/results.md)."""

from collections.abc import Mapping

from tunewright.core.codec import Json
from tunewright.core.space import Value
from tunewright.prices.comparison.compared import Compared
from tunewright.prices.comparison.ladder import variants_of
from tunewright.prices.comparison.settings import Comparison
from tunewright.prices.experiment.resolved import preparation_of
from tunewright.prices.run.results import data_section, fold_sections
from tunewright.prices.run.setup import Prepared
from tunewright.trials.search import Found


def comparison_sections(
    comparison: Comparison, prepared: Prepared, *, compared: Compared, params: Mapping[str, Value], trained: Found
) -> dict[str, Json]:
    """params: those that were tuned on the base. trained: the grid over variants and repeats."""
    return {
        "data": data_section(prepared),
        "folds": fold_sections(prepared),
        "comparison": {
            **compared.as_dict(),
            "repeats": comparison.settings.repeats,
            "target": comparison.base.preparation.target,
            "features": _features(comparison),
            "params": dict(params),
            "fingerprint": trained.fingerprint,
            "trainings": len(trained.records),
            "ended": trained.ended,
        },
    }


def _features(comparison: Comparison) -> dict[str, Json]:
    """The inputs of each variant."""
    variants = variants_of(comparison, comparison.base)
    return {name: list(preparation_of(variants.experiment(name)).features) for name in variants.names}
