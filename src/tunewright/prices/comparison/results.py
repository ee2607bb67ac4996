"""results.json of a comparison (docs/results.md)."""

from dataclasses import asdict, dataclass
from pathlib import Path

from tunewright.core.codec import Json
from tunewright.core.space import Value
from tunewright.prices.comparison.compared import Compared
from tunewright.prices.comparison.settings import Comparison
from tunewright.prices.experiment.settings import preparation_of
from tunewright.prices.run.results import data_section, fold_sections
from tunewright.prices.run.setup import Prepared
from tunewright.runs.results import Timing, heading, origin, write_results


@dataclass(frozen=True)
class Told:
    """What a comparison told. params: those that were tuned. trained: of the grid over variants and repeats."""

    compared: Compared
    params: dict[str, Value]
    trained: dict[str, Json]
    study: dict[str, Json] | None
    timing: Timing


def write_comparison(path: Path, comparison: Comparison, prepared: Prepared, told: Told) -> None:
    """Write the whole of results.json."""
    base = comparison.base
    results: dict[str, Json] = {
        **heading(base.name, kind=comparison.kind, seed=base.seed),
        "data": data_section(prepared),
        "folds": fold_sections(prepared),
        "comparison": {
            **told.compared.as_dict(),
            "repeats": comparison.settings.repeats,
            "target": base.preparation.target,
            "features": _features(comparison),
            "params": dict(told.params),
            **told.trained,
        },
        "study": told.study,
        "timing": asdict(told.timing),
        "provenance": {
            **origin(seed=base.seed, study_fingerprint=str(told.trained["fingerprint"])),
            "data_fingerprint": prepared.data_fingerprint,
        },
    }
    write_results(path, results)


def _features(comparison: Comparison) -> dict[str, Json]:
    """The inputs of each variant."""
    variants = comparison.variants(comparison.base)
    return {name: list(preparation_of(variants.experiment(name)).features) for name in variants.names}
