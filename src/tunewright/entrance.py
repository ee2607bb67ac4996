"""Experiments, runs and bundles of every kind: each is looked up, and its kind called."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tunewright.core.errors import BundleError, ConfigError
from tunewright.core.paths import PathName
from tunewright.core.words import counted
from tunewright.experiment.files import Content, Experiment, read_content
from tunewright.kinds import all_kinds, kind_named, kind_names, sources_of
from tunewright.runs.kind import Audited, Bundles, Card, Kind

if TYPE_CHECKING:
    from tunewright.bundle.exporting import Exported
    from tunewright.bundle.folder import BundleFolder
    from tunewright.report.page import Page
    from tunewright.runs.life import Run
    from tunewright.trials.places import Place


def kind_of(experiment: Experiment) -> Kind[Any]:
    """The kind of an experiment that was loaded."""
    kind = kind_named(experiment.kind)
    assert kind is not None, "an experiment that was loaded is of a known kind"
    return kind


def load_experiment(name: PathName, changes: Mapping[str, Any] | None = None) -> Any:
    """The experiment of a TOML file or a recipe, with `changes` by dotted key. Raises ConfigError in one line.

    Its key `kind` says what it tunes. What the user wrote in Python is looked for from the file's folder.
    """
    name = os.fspath(name)
    return _checked(name, read_content(name, changes))


def _checked(name: str, content: Content, *, written: bool = False) -> Any:
    """written: whether the file is that of a run folder, which an earlier version may have written."""
    kind = kind_named(content.kind)
    if kind is None:
        known = ", ".join(map(repr, kind_names()))
        raise ConfigError(f"{name}: kind: expected one of {known}, found {content.kind!r}")
    try:
        return kind.check(kind.renew(content.values) if written else content.values, content.base)
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None


def announced(experiment: Experiment) -> str:
    """What is about to run, in a line."""
    trials = f": {counted(experiment.search.trials, 'trial')}" if experiment.space else ""
    return f"running   {experiment.name}, {kind_of(experiment).noun}{trials}"


def rehearsed(experiment: Experiment, *, place: "Place") -> list[str]:
    """What a run would do, line by line: everything is read and checked, one epoch is timed, nothing is kept. Raises
    InputError."""
    from tunewright.runs.rehearsing import rehearse

    return rehearse(kind_of(experiment).life(), experiment, place=place)


def begin(
    experiment: Experiment, *, out: PathName | None = None, storage: str | None = None, place: "Place | None" = None
) -> "Run[Any, Any]":
    """A new run in `out`, or in the first free runs/NAME; its study at `storage`, or in the folder's study.db.

    place: where trials will run, if that is known: it gets ready while the data is read. Raises InputError where the
    experiment, its data, the folder or the place is not usable.
    """
    from tunewright.runs import life

    kind = kind_of(experiment)
    if place is not None:
        place.warm(kind.preload(experiment))
    return life.begin(kind.life(), experiment, out=Path(out) if out else None, storage=storage)


def reopen(path: PathName, changes: Mapping[str, Any] | None = None, *, storage: str | None = None) -> "Run[Any, Any]":
    """A run that was started before, perhaps with more trials, other stop rules or a wider space.

    changes: by dotted key. storage: where its study is to be found, if not where the folder says, or with the password
    that the folder does not keep. Raises InputError where changes touch anything else, or the folder is not usable.
    """
    from tunewright.runs import life
    from tunewright.runs.changing import check_keys, check_wider
    from tunewright.runs.folder import existing_folder, going_on

    folder = going_on(existing_folder(Path(path)), storage)
    file = str(folder.experiment)
    experiment = _checked(file, read_content(file), written=True)
    kind = kind_of(experiment)
    if changes:
        if kind.space is None:
            raise ConfigError(
                f"{next(iter(changes))} cannot change: nothing of {kind.noun} may, once it is under way; "
                "begin anew with another --out"
            )
        check_keys(changes)
        before, experiment = experiment, _checked(file, read_content(file, changes), written=True)
        check_wider(kind.space(before), kind.space(experiment))
    return life.reopen(kind.life(), experiment, folder, changed=bool(changes))


def write_report(folder: PathName) -> Path:
    """Write `folder`/report.html and `folder`/figures/NAME.png from the results there; returns the page's path.

    Each file is replaced whole or not at all, the page last. Raises RunFolderError where an input is missing or broken,
    or the folder cannot be written.
    """
    from tunewright.report.page import write_page

    return write_page(Path(folder), page_of(folder))


def page_of(folder: PathName) -> "Page":
    """The report of a run folder, made anew from its results. Raises RunFolderError as `write_report` does."""
    from tunewright.report.files import fail
    from tunewright.report.reading import read_record

    path = Path(folder) / "results.json"
    record = read_record(path)
    name = record["kind"]
    kind = kind_named(name) if isinstance(name, str) else None
    if kind is None:
        fail(path, f"kind: expected one this version knows, found {json.dumps(name)[:60]}")
    return kind.page(Path(folder), record)


def source_of(run: Path) -> tuple[str, list[str]]:
    """The data of a run folder and what it is joined with. Raises ConfigError where it is no run folder."""
    file = run / "experiment.toml"
    if not file.is_file():
        raise ConfigError(f"--data: expected the data to predict from, as there is no run around the bundle in {run}")
    data = read_content(str(file)).values.get("data", {})
    return str(data["source"]), [str(other) for other in data.get("with", [])]


def audit_experiment(experiment: Experiment) -> Audited:
    """Look for leaks in the development part of an experiment; the sealed test stays closed. Raises InputError."""
    kind = kind_of(experiment)
    if kind.audit is None:
        nouns = " or ".join(one.noun for one in all_kinds() if one.audit)
        raise ConfigError(f"`audit` expects {nouns}, found {kind.noun}")
    return kind.audit(experiment)


def bundles_of(folder: "BundleFolder") -> Bundles[Any]:
    """How bundles of this one's kind are read and used. Raises BundleError for a kind that this version does not
    know."""
    kind = kind_named(folder.kind)
    if kind is None or kind.bundles is None:
        known = " and ".join(kind.names[0] for kind in all_kinds() if kind.bundles)
        raise BundleError(f"{folder.path} is a bundle of kind {folder.kind!r}, this version reads {known}")
    return kind.bundles


def load_bundle(path: PathName, factory: Callable[..., Any] | None = None) -> Any:
    """A bundle (or the run folder around it) of any kind. factory: the function that makes the user's own network.

    Raises BundleError where it is missing, changed or newer, and where the function is missing or not wanted.
    """
    from tunewright.bundle.folder import open_bundle

    folder = open_bundle(Path(path))
    return bundles_of(folder).read(folder, factory)


def export(
    path: PathName, *, format: str | None = None, out: PathName | None = None, custom: Sequence[str] = ()
) -> "Exported":
    """Write the network of a bundle (or of the run folder around it) as `onnx`, `torch` or `keras`, by default as suits
    it, to `out`, by default in export/ beside the bundle; it is compared with the bundle's own forecasts first.

    custom: the place of the function that makes the user's own network. Raises InputError, and leaves no file then.
    """
    from tunewright.bundle.exporting import check_format, write_export
    from tunewright.bundle.folder import open_bundle

    check_format(format)
    folder = open_bundle(Path(path))
    bundles = bundles_of(folder)
    if bundles.export is None:
        raise ConfigError(f"{folder.path}: bundles of kind {folder.kind!r} are not exported; use `tunewright predict`")
    return write_export(folder, bundles.export(folder, custom), form=format, out=None if out is None else Path(out))


def refit(path: PathName) -> Path:
    """Train the winner of a run that has ended on all there is, the sealed test too, and write the bundle of this
    untested model; its folder. Raises InputError."""
    run = reopen(path)
    from tunewright.runs.refitting import refit_winner

    return refit_winner(run)


def read_card(source: str, options: Mapping[str, str] | None = None) -> Card:
    """What is found in a source of data. options: by name, those that were given. Raises DataError or ConfigError."""
    own = sources_of(source)
    given = options or {}
    if alien := [name for name in given if name not in own.options]:
        raise ConfigError(f"{source}: expected no {' and no '.join(alien)}: it is read as {own.noun}. Leave it out.")
    return own.card(source, given)
