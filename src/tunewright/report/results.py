"""The shape of results.json (schema 1), as frozen values: what every run has. What only some have, their wings know."""

from dataclasses import dataclass

from tunewright.report.study.results import Study


@dataclass(frozen=True)
class Timing:
    """Seconds of wall time."""

    wall_s: float
    train_s: float
    search_s: float


@dataclass(frozen=True)
class Provenance:
    python: str
    platform: str
    versions: dict[str, str]
    command: str


@dataclass(frozen=True)
class Results:
    """What results.json has of every run; study: None where nothing was searched."""

    schema: int
    tunewright: str
    name: str
    kind: str
    seed: int
    created: str
    study: Study | None
    timing: Timing
    provenance: Provenance
