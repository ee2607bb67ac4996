"""The figures of a run on images, in the order of the page; one that has nothing to show is left out."""

from tunewright.images.report import cam, classes, confusion, curves, filters, maps, mistakes, reliability, size
from tunewright.images.report.results import Images
from tunewright.images.report.views import Views
from tunewright.report.figure import Drawn


def image_figures(told: Images, views: Views) -> tuple[Drawn, ...]:
    figures = (
        confusion.draw(told),
        classes.draw(told.test),
        reliability.draw(told.test),
        mistakes.draw(views, told),
        size.draw(told.contestants),
        curves.draw(told.contestants),
        filters.draw(views),
        maps.draw(views, told.data.card),
        cam.draw(views, told.data),
    )
    return tuple(figure for figure in figures if figure is not None)
