"""The shape of results.json (schema 1), as frozen values: what every run has, and what only some have."""

from dataclasses import dataclass
from typing import Literal

from tunewright.images.report.results import Images
from tunewright.prices.report.results import Forecast
from tunewright.report.study.results import Study, Surface


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
    """All of results.json. forecast: of runs on prices; images: of runs on images.

    surface: of runs of a function that is cheap to draw.
    """

    schema: int
    tunewright: str
    name: str
    kind: Literal["prices", "images", "function"]
    seed: int
    created: str
    study: Study
    timing: Timing
    provenance: Provenance
    forecast: Forecast | None = None
    images: Images | None = None
    surface: Surface | None = None
