"""A finished run's folder -> report.html and figures/*.png."""

from pathlib import Path

from tunewright.core.codec import write_atomically, written
from tunewright.images.report.figures import image_figures
from tunewright.images.report.section import images_part
from tunewright.prices.comparison.report.page import comparison_figures, comparison_page
from tunewright.prices.report.figures import forecast_figures
from tunewright.prices.report.section import forecast_part
from tunewright.report.figure import Drawn
from tunewright.report.page import page
from tunewright.report.part import Part
from tunewright.report.reading import Run, read_comparison, read_run
from tunewright.report.study.figures import study_figures
from tunewright.report.study.section import study_part


def write_report(folder: Path) -> Path:
    """Write `folder`/report.html and `folder`/figures/NAME.png from the results there.

    These are results.json and, of a run on prices, predictions.csv, of one on images, views.npz. Returns the page's
    path. Each file is replaced whole or not at all, the page last.
    Raises RunFolderError where an input is missing or broken, or the folder cannot be written.
    """
    text, figures = composed(folder)
    target = folder / "report.html"
    with written(folder / "figures"):
        (folder / "figures").mkdir(exist_ok=True)
    for figure in figures:
        write_atomically(folder / "figures" / f"{figure.name}.png", figure.still)
    write_atomically(target, text)
    return target


def composed(folder: Path) -> tuple[str, tuple[Drawn, ...]]:
    """The page's HTML and its figures. Raises RunFolderError."""
    compared = read_comparison(folder)
    if compared is not None:
        own = comparison_figures(compared)
        searched = study_figures(compared.study, None) if compared.study else ()
        return comparison_page(compared, compared=own, study=searched), (*own, *searched)
    run = read_run(folder)
    own, part = own_part(run)
    study = study_figures(run.results.study, run.results.surface)
    return page(run.results, study=study, part=part), (*own, *study)


def own_part(run: Run) -> tuple[tuple[Drawn, ...], Part]:
    """What only this kind of run has: its figures, and what it puts around its search."""
    results = run.results
    if results.forecast is not None and run.predictions is not None:
        figures = forecast_figures(results.forecast, run.predictions)
        return figures, forecast_part(results.forecast, results.study, figures=figures)
    if results.images is not None and run.views is not None:
        figures = image_figures(results.images, run.views)
        return figures, images_part(results.images, results.study, figures=figures)
    return (), study_part(results.study)
