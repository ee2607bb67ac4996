"""Labels of images in a text table: which column names the images, and which their classes, its content tells."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.core.words import listed, shown
from tunewright.images.data.parts import part_of

_TITLES = ("label", "labels", "class", "class_name", "classname", "category", "target", "species", "breed", "diagnosis")
_LARGEST = 256 << 20
_LONGEST_HEAD = 1 << 16


@dataclass(frozen=True)
class Labelled:
    """labels: the class of each image that the table names. columns: the titles of the two columns that were read.

    unused: rows that name none of the images, or have no class or another number of cells.
    """

    table: Path
    columns: tuple[str, str]
    labels: Mapping[Path, str]
    unused: int


class Names:
    """The images that a cell may mean: by path below the folder, or by name, each with its ending or without."""

    def __init__(self, images: Iterable[Path], folder: Path) -> None:
        self._exact: dict[str, list[Path]] = {}
        self._by_name: dict[str, list[Path]] = {}
        for image in images:
            inner = image.relative_to(folder)
            for key in {inner.as_posix(), inner.with_suffix("").as_posix()}:
                self._exact.setdefault(key, []).append(image)
            for key in {image.name, image.stem}:
                self._by_name.setdefault(key, []).append(image)

    def meant(self, cell: str) -> list[Path]:
        """Several where the cell does not tell them apart."""
        text = cell.strip().replace("\\", "/").removeprefix("./")
        return self._exact.get(text) or self._by_name.get(text.rpartition("/")[2]) or []


def read_labels(table: Path, images: Sequence[Path], folder: Path) -> Labelled | None:
    """The labels of images that lie below `folder`; None for a text that names none of them.

    A table that a part gives its name, as `trainLabels.csv`, is of that part's images only. Raises DataError for a
    table that names images but does not tell their classes, or tells them apart in two ways.
    """
    part = part_of(table.name)
    within = [image for image in images if part is None or _is_in(part, image, folder)]
    names = Names(within or images, folder)
    rows = _rows(table)
    if not rows:
        return None
    width = len(rows[0])
    whole = [row for row in rows if len(row) == width]
    counts = [sum(bool(names.meant(row[column])) for row in whole) for column in range(width)]
    if width < 2 or not max(counts):
        return None
    named = counts.index(max(counts))
    has_titles = not names.meant(rows[0][named])
    titles = [cell.strip() for cell in rows[0]] if has_titles else [f"column {place + 1}" for place in range(width)]
    label = _label_column(titles, named, table)
    labels, unused = _pairs(whole[has_titles:], named, label, names=names, table=table)
    return Labelled(table, (titles[named], titles[label]), labels, unused + len(rows) - len(whole))


def _is_in(part: str, image: Path, folder: Path) -> bool:
    return any(part_of(name) == part for name in image.relative_to(folder).parts[:-1])


def _rows(table: Path) -> list[list[str]]:
    """Cells by the delimiter that is most frequent in the first line; no rows where this is no table."""
    if table.stat().st_size > _LARGEST:
        return []
    try:
        text = table.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{table}: expected text in UTF-8, found another encoding. Save it as UTF-8.") from None
    head = text[:_LONGEST_HEAD].lstrip().partition("\n")[0]
    delimiter = max(",;\t| ", key=head.count)
    try:
        return [
            row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True) if row
        ]
    except csv.Error:
        return []


def _label_column(titles: Sequence[str], named: int, table: Path) -> int:
    others = [place for place in range(len(titles)) if place != named]
    known = {titles[place].lower().replace(" ", "_"): place for place in reversed(others)}
    by_title = next((known[title] for title in _TITLES if title in known), None)
    if by_title is not None:
        return by_title
    if len(others) == 1:
        return others[0]
    raise DataError(
        f"{table}: expected one column of classes beside {shown(titles[named])}, which names the images, or one titled "
        f"'label' or 'class', found {listed([titles[place] for place in others])}. Call the column of classes 'label'."
    )


def _pairs(
    rows: Iterable[Sequence[str]], named: int, label: int, *, names: Names, table: Path
) -> tuple[dict[Path, str], int]:
    labels: dict[Path, str] = {}
    unused = 0
    for row in rows:
        meant, told = names.meant(row[named]), row[label].strip()
        if len(meant) > 1:
            raise DataError(
                f"{table}: expected names that mean one image each, found {shown(row[named])} for "
                f"{listed([str(path) for path in meant])}. Write the folder in front, or name the table after its part,"
                " such as train_labels.csv."
            )
        if not meant or not told:
            unused += 1
        elif labels.setdefault(meant[0], told) != told:
            raise DataError(
                f"{table}: expected one class for each image, found {shown(labels[meant[0]])} and {shown(told)} for "
                f"{shown(row[named])}. Remove the wrong row."
            )
    return labels, unused
