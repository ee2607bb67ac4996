"""The sealed images on which the model was surest, and wrong."""

from tunewright.images.report.pixels import enlarged, picture
from tunewright.images.report.results import Images
from tunewright.images.report.tiles import tiled
from tunewright.images.report.views import Views
from tunewright.images.report.words import percent
from tunewright.report.figure import Drawn, Tile

TITLE = "Most confident mistakes"
CAPTION = (
    "Actual class, arrow, predicted class, and the probability that the model gave it. Look for labels that are "
    "wrong, images that a person would misread too, and whatever the mistakes have in common."
)
SIDE = 96


def draw(views: Views, told: Images) -> Drawn | None:
    """None where there is no mistake."""
    names, card = told.data.classes, told.data.card
    tiles = [
        Tile(
            enlarged(picture(image, card), side=SIDE),
            f"{names[one.actual]} \u2192 {names[one.predicted]}",
            detail=percent(one.probability),
        )
        for image, one in zip(views.mistakes, told.test.mistakes, strict=True)
    ]
    return tiled("mistakes", TITLE, CAPTION, tiles=tiles, columns=6, side=110) if tiles else None
