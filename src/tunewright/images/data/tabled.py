"""Images whose classes a table tells: those of the training part, and those of the test part where it tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.core.words import counted, listed, shown
from tunewright.images.data.blobs import natural
from tunewright.images.data.parts import PartName, is_example, part_of
from tunewright.images.data.tables import Labelled, read_labels
from tunewright.images.data.tree import Tree

_TABLES = (".csv", ".tsv", ".txt")
_MOST_TABLES = 20
_MANY = 10


@dataclass(frozen=True)
class Tabled:
    """The class of each image of a part, in natural order; test is None where its labels are not known."""

    classes: tuple[str, ...]
    train: Mapping[Path, str]
    test: Mapping[Path, str] | None
    reading: tuple[str, ...]


def by_table(tree: Tree, tables: Sequence[Path]) -> Tabled:
    """tables: those to read; none for any beside the images or above their parts. Raises DataError."""
    images = _images(tree)
    found = _read(tree, tables or tables_beside(tree), list(images), strict=bool(tables))
    labels = _merged(found)
    parts = {part: [image for image, own in images.items() if own == part] for part in ("train", "test", "validation")}
    if not labels or not parts["train"]:
        raise _refusal(tree, parts["train"])
    train = _labelled(tree, parts["train"], labels)
    classes = tuple(sorted(set(train.values()), key=natural))
    if len(classes) == len(train) >= _MANY:
        raise DataError(
            f"{tree.path}: expected classes with several images, found a class of its own for each of {len(train)} by "
            f"{' and '.join(_told(one, tree) for one in found)}. Call the column of classes 'label'."
        )
    told = any(image in labels for image in parts["test"])
    test = _labelled(tree, parts["test"], labels) if told else None
    if test and (strange := sorted(set(test.values()) - set(classes), key=natural)):
        raise DataError(
            f"{tree.path}: expected the classes of the training part, found also {listed(strange)} in the test part. "
            "Correct the table."
        )
    reading = [_told(one, tree) for one in found]
    if parts["test"] and not told:
        reading.append(f"left out {counted(len(parts['test']), 'image')} of the test part, which have no labels")
    if parts["validation"]:
        reading.append(f"left out {counted(len(parts['validation']), 'image')} of the validation part")
    used = {one.table for one in found}
    unused = [str(text.relative_to(tree.path)) for one in tree.below() for text in one.texts if text not in used]
    reading += [f"left out {listed(unused)}"] if unused else []
    return Tabled(classes, train, test, tuple(reading))


def _images(tree: Tree) -> dict[Path, PartName]:
    """Every image below with its part: that of the first folder on the way that has the name of one, or training."""
    found: dict[Path, PartName] = {}
    strange = []
    for folder in tree.below():
        names = folder.path.relative_to(tree.path).parts
        part: PartName = next((part for part in map(part_of, names) if part), "train")
        found |= {file: part for file, kind in folder.kinds.items() if kind == "image"}
        strange += [
            f"{file.relative_to(tree.path)}{', which is empty' * (kind == 'empty')}"
            for file, kind in folder.kinds.items()
            if kind not in ("image", "text")
        ]
    if strange:
        raise DataError(f"{tree.path}: expected image files only, found {listed(strange)}. Move or remove them.")
    return found


def tables_beside(tree: Tree) -> list[Path]:
    """Texts in the folder, or in one directly below, that may be tables of labels."""
    texts = [text for folder in (tree, *tree.folders) for text in folder.texts]
    tables = [text for text in texts if text.suffix.lower() in _TABLES and not is_example(text.name)]
    return sorted(tables, key=lambda table: _TABLES.index(table.suffix.lower()))[:_MOST_TABLES]


def _read(tree: Tree, tables: Sequence[Path], images: Sequence[Path], *, strict: bool) -> list[Labelled]:
    """Of tables that were not asked for, those that do not tell classes matter only where no other does."""
    found, problems = [], []
    for table in tables:
        if not table.is_file():
            raise DataError(f"{table}: expected a table of labels, found none. Correct labels.")
        try:
            labelled = read_labels(table, images, tree.path)
        except DataError as problem:
            problems.append(problem)
            continue
        if labelled is not None:
            found.append(labelled)
        elif strict:
            raise DataError(
                f"{table}: expected a column with the names of the images below {tree.path}, and one with their "
                "classes, found no image's name. Correct the table, or labels."
            )
    if problems and not found:
        raise problems[0]
    return found


def _merged(found: Sequence[Labelled]) -> dict[Path, str]:
    labels: dict[Path, str] = {}
    for one in found:
        for image, label in one.labels.items():
            if labels.setdefault(image, label) != label:
                raise DataError(
                    f"{one.table}: expected the classes of {found[0].table.name}, found {shown(label)} for "
                    f"{shown(image.name)}, not {shown(labels[image])}. State the right table with labels."
                )
    return labels


def _labelled(tree: Tree, images: Sequence[Path], labels: Mapping[Path, str]) -> dict[Path, str]:
    bare = [str(image.relative_to(tree.path)) for image in images if image not in labels]
    if bare:
        raise DataError(
            f"{tree.path}: expected a label for each of {counted(len(images), 'image')}, found none for {listed(bare)}."
            " Add them to the table, or remove the images."
        )
    return {image: labels[image] for image in images}


def _told(one: Labelled, tree: Tree) -> str:
    table = str(one.table.relative_to(tree.path)) if one.table.is_relative_to(tree.path) else str(one.table)
    unused = f"; {counted(one.unused, 'row')} of no image, or without a label" if one.unused else ""
    return f"labels of {shown(table)}: images by {shown(one.columns[0])}, classes by {shown(one.columns[1])}{unused}"


def _refusal(tree: Tree, train: Sequence[Path]) -> DataError:
    held = {inner.name: sum(len(one.others) for one in inner.below()) for inner in tree.folders}
    folders = [f"{shown(name)} ({counted(count, 'image')})" for name, count in held.items()][:_MOST_TABLES]
    loose = [f"{counted(len(tree.others), 'image')} in no folder"] if tree.others else []
    return DataError(
        f"{tree.path}: expected a folder for each class, or a table of labels, found {', '.join(loose + folders)}, "
        f"{'without labels' if train else 'and no training image'}; folders that have the names of parts are no "
        "classes. Put each class into a folder of its own, or a CSV beside them with the images' names and a column "
        "'label'; if the folders are the classes, state labels = \"folders\"."
    )
