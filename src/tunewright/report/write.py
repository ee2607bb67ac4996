"""A finished run's folder -> report.html and figures/*.png."""

from pathlib import Path

from tunewright.core.codec import write_atomically, written
from tunewright.report.comparison.page import comparison_figures, comparison_page
from tunewright.report.figure import Drawn
from tunewright.report.forecast.figures import forecast_figures
from tunewright.report.page import page
from tunewright.report.reading import read_comparison, read_run
from tunewright.report.study.figures import study_figures


def write_report(folder: Path) -> Path:
    """Write `folder`/report.html and `folder`/figures/NAME.png from results.json and predictions.csv there.

    Returns the page's path. Each file is replaced whole or not at all, the page last. Only a run on prices has a
    predictions.csv.
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
    results, predictions = run.results, run.predictions
    study = study_figures(results.study, results.surface)
    forecast = forecast_figures(results.forecast, predictions) if results.forecast and predictions else ()
    return page(results, study=study, forecast=forecast), (*forecast, *study)
