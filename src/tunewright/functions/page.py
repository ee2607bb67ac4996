"""The page of a run on a function, from its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tunewright.report.page import Page, page
from tunewright.report.reading import checked, study_of
from tunewright.report.results import Results
from tunewright.report.study.figures import study_figures
from tunewright.report.study.results import Surface
from tunewright.report.study.section import study_part


@dataclass(frozen=True)
class Drawn:
    """surface: of functions that are cheap to draw."""

    surface: Surface | None = None


def function_page(folder: Path, record: Mapping[str, Any]) -> Page:
    """The report's page from results.json, read. Raises RunFolderError where it is broken."""
    path = folder / "results.json"
    results, drawn = checked(path, record, Results), checked(path, record, Drawn)
    study = study_of(path, results)
    return page(results, study=study_figures(study, drawn.surface), part=study_part(study))
