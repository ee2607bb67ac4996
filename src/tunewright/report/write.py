"""A finished run's folder -> report.html and figures/*.png."""

from pathlib import Path

from tunewright.core.codec import write_atomically
from tunewright.core.errors import RunFolderError
from tunewright.report.forecast.figures import forecast_figures
from tunewright.report.page import page
from tunewright.report.reading import read_run
from tunewright.report.study.figures import study_figures


def write_report(folder: Path) -> Path:
    """Write `folder`/report.html and `folder`/figures/NAME.png from results.json and predictions.csv there.

    Returns the page's path. Each file is replaced whole or not at all, the page last. A run of a function has no
    predictions.csv.
    Raises RunFolderError where an input is missing or broken, or the folder cannot be written.
    """
    run = read_run(folder)
    results, predictions = run.results, run.predictions
    study = study_figures(results.study, results.surface)
    forecast = forecast_figures(results.forecast, predictions) if results.forecast and predictions else ()
    text = page(results, study=study, forecast=forecast)
    target = folder / "report.html"
    try:
        (folder / "figures").mkdir(exist_ok=True)
        for figure in (*forecast, *study):
            write_atomically(folder / "figures" / f"{figure.name}.png", figure.still)
        write_atomically(target, text)
    except OSError as error:
        raise RunFolderError(
            f"cannot write the report into {folder}: expected a writable folder, found a fault: "
            f"{error.strerror}; make room or give the folder write permission"
        ) from error
    return target
