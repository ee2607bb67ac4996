"""The data card on a page: all that the terminal says."""

from tunewright.images.report.results import Card, Images
from tunewright.report.study.words import plural
from tunewright.report.tables import bullets, definitions, text

MOST = 12
"""Up to so many classes, each stands with its count."""


def data_card(told: Images) -> str:
    card, data = told.data.card, told.data
    channels, height, width = data.shape
    return definitions({
        "Source": text(card.source),
        "Format": text(card.format),
        "Classes": text(f"{len(card.classes):,}: {', '.join(card.classes)}"),
        "Images": text(
            f"{plural(channels, 'channel')}, {height} high, {width} wide; values {card.lowest} to {card.highest}"
        ),
        "Training part": text(counts(card, card.train)),
        "Test part": text("none in the source" if card.test is None else counts(card, card.test)),
        "Doubles": text(doubles(card)),
        "Used": f"{data.train:,} images to train and tune on, {data.test:,} sealed",
        "Folds": bullets(
            f"fold {fold.number}: {fold.train:,} to train on, {fold.validation:,} to validate" for fold in told.folds
        ),
        **({"Reading": bullets(card.reading)} if card.reading else {}),
        "Repairs": bullets(card.repairs),
        "Warnings": bullets([*card.warnings, *data.warnings]),
    })  # fmt: skip


def counts(card: Card, images: tuple[int, ...]) -> str:
    """Per class where there are few, otherwise from the rarest to the most frequent."""
    total = plural(sum(images), "image")
    if len(set(images)) == 1:
        return f"{total}, {images[0]:,} of each class"
    if len(images) > MOST:
        return f"{total}, from {min(images):,} to {max(images):,} of a class"
    return f"{total}: {', '.join(f'{name} {count:,}' for name, count in zip(card.classes, images, strict=False))}"


def doubles(card: Card) -> str:
    within = f"{card.repeated:,} within the training images"
    return within if card.test is None else f"{within}, {card.shared:,} test images that are training images too"
