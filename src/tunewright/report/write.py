"""A finished run's folder -> report.html and figures/*.png."""

from pathlib import Path

from tunewright.core.codec import write_atomically
from tunewright.core.errors import RunFolderError
from tunewright.report.interactive import plotly_figures
from tunewright.report.page import page
from tunewright.report.reading import read_run
from tunewright.report.static import png_figures
from tunewright.report.views import views_of


def write_report(folder: Path) -> Path:
    """Write `folder`/report.html and `folder`/figures/NAME.png from results.json and predictions.csv there.

    Returns the page's path. Each file is replaced whole or not at all, the page last.
    Raises RunFolderError where an input is missing or broken, or the folder cannot be written.
    """
    run = read_run(folder)
    views = views_of(run)
    stills = png_figures(views)
    text = page(run.results, plots=plotly_figures(views), stills=stills)
    target = folder / "report.html"
    try:
        (folder / "figures").mkdir(exist_ok=True)
        for name, image in stills.items():
            write_atomically(folder / "figures" / f"{name}.png", image)
        write_atomically(target, text)
    except OSError as error:
        raise RunFolderError(
            f"cannot write the report into {folder}: expected a writable folder, found a fault: "
            f"{error.strerror}; make room or give the folder write permission"
        ) from error
    return target
