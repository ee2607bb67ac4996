"""The page of a run on images, from its folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright.images.report.figures import image_figures
from tunewright.images.report.results import Images
from tunewright.images.report.section import images_part
from tunewright.images.report.views import read_views
from tunewright.report.page import Page, page
from tunewright.report.reading import checked, study_of
from tunewright.report.results import Results
from tunewright.report.study.figures import study_figures


def image_page(folder: Path, record: Mapping[str, Any]) -> Page:
    """From results.json, read, and views.npz. Raises RunFolderError where the two disagree."""
    path = folder / "results.json"
    results, images = checked(path, record, Results), checked(path, record, Images)
    study = study_of(path, results)
    own = image_figures(images, read_views(folder / "views.npz", images))
    part = images_part(images, study, figures=own)
    return page(results, study=study_figures(study), part=part, own=own)
