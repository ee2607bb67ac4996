"""What a worker has to load before it can train, known before any of it is loaded here."""

from collections.abc import Mapping
from types import MappingProxyType

from tunewright.prices.experiment.settings import TUNING, Experiment
from tunewright.training.native.library import Library, library

_OF_ENGINES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "compiled": ("tunewright.prices.training.compiled",),
    "reference": ("tunewright.training.warm",),
})  # fmt: skip


def worker_modules(experiment: Experiment) -> tuple[str, ...]:
    """Modules, by name."""
    engines = {family.engine for family in TUNING.tried(experiment) if family.fit is None}
    if not isinstance(library(), Library):
        engines.add("reference")
    own = (name for engine in sorted(engines) for name in _OF_ENGINES.get(engine, ()))
    return ("tunewright.prices.experiment.objective", "tunewright.prices.training.fit", *own)
