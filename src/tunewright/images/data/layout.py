"""Which files of a folder are which class, in which part: by folders, or by a table of labels beside the images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright.core.errors import DataError
from tunewright.core.words import listed
from tunewright.images.data.names import FOLDERS
from tunewright.images.data.parts import PartName, is_no_class, part_of
from tunewright.images.data.tabled import by_table, tables_beside
from tunewright.images.data.tree import Tree, look


@dataclass(frozen=True)
class Listing:
    """The files of a part, each with its class."""

    files: tuple[Path, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """The classes in their order, the files of both parts, and what is to be said of it on the card."""

    format: str
    classes: tuple[str, ...]
    train: Listing
    test: Listing | None
    reading: tuple[str, ...]


def look_at(folder: Path) -> Tree | None:
    """The folder as a tree where it is a set of image files; None where its files are something else, or not there."""
    tree = _inner(look(folder))
    others = tree.others
    files = bool(others) and tree.kinds[others[0]] == "image"
    return tree if files or any(inner.has_images() for inner in tree.folders) else None


def lay_out(tree: Tree, labels: str | None) -> Layout:
    """labels: None, `folders`, or the path of a table, from the folder of the set on. Raises DataError."""
    if labels == FOLDERS:
        return _by_folder(tree, tree, None)
    if labels is not None:
        return _tabled(tree, (tree.path / labels,))
    train = _part(tree, "train")
    if train is not None and train.folders:
        inner = _inner(train)
        return _tabled(tree) if _no_classes(inner) else _by_folder(tree, inner, _test(tree))
    # One class is none: a lone folder beside a table is a place of images.
    lone = len(tree.folders) == 1 and bool(tables_beside(tree))
    if lone or not tree.folders or any(is_no_class(inner.name) for inner in tree.folders):
        return _tabled(tree)
    return _by_folder(tree, tree, None)


def official_test(folder: Path) -> Path | None:
    """The test part, where these are a training and a test part of folders of images."""
    tree = look_at(folder)
    train = _part(tree, "train") if tree else None
    if tree is None or train is None or not train.folders or _no_classes(_inner(train)):
        return None
    test = _test(tree)
    return test.path if test else None


def _part(tree: Tree, part: PartName) -> Tree | None:
    """The folder of that part: of several the one that is called just so."""
    named = [inner for inner in tree.folders if part_of(inner.name) == part]
    exact = [inner for inner in named if inner.name.lower() == part]
    if len(exact or named) > 1:
        raise DataError(
            f"{tree.path}: expected one folder for the {part} part, found {listed([one.name for one in named])}. Put "
            f"them together, or call the right one {part!r}."
        )
    return next(iter(exact or named), None)


def _test(tree: Tree) -> Tree | None:
    test = _part(tree, "test")
    return _inner(test) if test and test.folders else None


def _inner(tree: Tree) -> Tree:
    """The only folder inside, where there is nothing else and it is no class: what unpacking often leaves."""
    while len(tree.folders) == 1 and not tree.files:
        (only,) = tree.folders
        # A part below the top is a part; below a part of its own name it is what an archive was packed with.
        again = part_of(tree.name) is not None and part_of(only.name) == part_of(tree.name)
        if not again and (part_of(only.name) is not None or not only.folders or only.others):
            break
        tree = only
    return tree


def _no_classes(part: Tree) -> bool:
    return all(is_no_class(inner.name) for inner in part.folders)


def _by_folder(tree: Tree, train: Tree, test: Tree | None) -> Layout:
    parts = [_by_class(part) for part in (train, test) if part]
    classes = tuple(parts[0])
    strange = [name for name in parts[-1] if name not in classes]
    if strange:
        raise DataError(
            f"{test and test.path}: expected the classes of {train.path}, found also {listed(strange)}. Remove them."
        )
    inside = [part.path for part in (train, test) if part]
    unused = [inner.name for inner in tree.folders if train is not tree and not _holds(inner, inside)]
    unused += [file.name for file in tree.files]
    listings = [_listing(part, classes) for part in parts]
    return Layout(
        "a folder per class",
        classes,
        listings[0],
        listings[1] if test else None,
        (f"left out {listed(unused)}",) if unused else (),
    )


def _holds(folder: Tree, inside: Sequence[Path]) -> bool:
    return any(folder.path in (path, *path.parents) for path in inside)


def _listing(part: Mapping[str, Sequence[Path]], classes: Sequence[str]) -> Listing:
    pairs = [(path, name) for name in classes for path in part.get(name, ())]
    return Listing(tuple(path for path, _ in pairs), tuple(name for _, name in pairs))


def _by_class(part: Tree) -> dict[str, list[Path]]:
    """All images below the folder of each class. Raises DataError for what is none, all at once."""
    if loose := [path.name for path in part.others]:
        raise DataError(
            f"{part.path}: expected a folder for each class only, found {listed(loose)}. Move or remove them."
        )
    classes, strange = {}, []
    for folder in part.folders:
        kinds = {file: kind for inner in folder.below() for file, kind in inner.kinds.items()}
        strange += [(file, kind) for file, kind in kinds.items() if kind != "image"]
        if not kinds:
            raise DataError(f"{folder.path}: expected image files, found none. Move or remove the folder.")
        classes[folder.name] = list(kinds)
    if strange:
        raise _foreign(part, strange)
    return classes


def _foreign(part: Tree, strange: Sequence[tuple[Path, str]]) -> DataError:
    parents = {file.parent for file, _ in strange}
    where = parents.pop() if len(parents) == 1 else part.path
    names = [f"{file.relative_to(where)}{', which is empty' * (kind == 'empty')}" for file, kind in strange]
    several = len(names) > 1
    found = f"{len(names)} other files: {listed(names)}" if several else listed(names)
    return DataError(
        f"{where}: expected image files only, found {found}. Move or remove {'them' if several else 'it'}."
    )


def _tabled(tree: Tree, tables: Sequence[Path] = ()) -> Layout:
    found = by_table(tree, tables)
    test = None if found.test is None else _listed(found.test)
    return Layout("labels in a table", found.classes, _listed(found.train), test, found.reading)


def _listed(part: Mapping[Path, str]) -> Listing:
    return Listing(tuple(part), tuple(part.values()))
