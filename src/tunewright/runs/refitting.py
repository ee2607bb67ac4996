"""After a run has ended: its winner trained once more on all there is, for use where the test has told enough."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tunewright.bundle.folder import BundleFolder, open_bundle
from tunewright.core.codec import canonical
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.report.reading import checked, read_record
from tunewright.runs.folder import RunFolder
from tunewright.runs.life import Run
from tunewright.runs.parts import Tested
from tunewright.runs.results import origin
from tunewright.runs.searching import open_study
from tunewright.search.records import best, fingerprint


@dataclass(frozen=True)
class _Study:
    fingerprint: str
    space: dict[str, Any]


@dataclass(frozen=True)
class _Test:
    verdict: str


@dataclass(frozen=True)
class _Ended:
    """What results.json says of a run that has ended."""

    study: _Study
    test: _Test


def refit_winner(run: Run[Any, Any]) -> Path:
    """Train the run's winner on all rows or images, the sealed test's among them, and write the bundle to `refit/`,
    whose path is returned.

    Nothing is judged there, so this is no opening of the sealed test. Run again, it comes to the same weights.

    Raises ConfigError where the kind trains no model, RunFolderError where the run has not ended, or it or its data was
    changed since, BundleError where its bundle is not usable.
    """
    folder, prepared, life = run.folder, run.prepared, run.life
    experiment, sought = prepared.experiment, life.sought(prepared, folder)
    if life.refit is None or sought is None:
        raise ConfigError(f"`refit` trains a model again, and {folder.path}, of kind {experiment.kind!r}, has none")
    told = _ended(folder)
    if canonical(told.study.space) != canonical(sought.plan.space.as_dict()):
        raise _changed(folder)
    with folder.lock(), open_study(folder, sought.plan, name=experiment.name, identity=sought.identity) as store:
        records, bundle = store.records(), open_bundle(folder.bundle)
        winner, found = best(records), fingerprint(records)
        if winner is None or not found == told.study.fingerprint == _study_of(bundle):
            raise _changed(folder)
        details = [one for one in store.fold_details(winner.number) if one]
        source = origin(seed=experiment.seed, study_fingerprint=found)
        life.refit(prepared, Tested(winner.params, details, source, bundle, told.test.verdict), folder)
    return folder.refit


def _ended(folder: RunFolder) -> _Ended:
    path = folder.results
    if not path.is_file():
        raise RunFolderError(
            f"{folder.path} has not ended, so it has no winner to train again; go on with "
            f"`tunewright resume {folder.path}`"
        )
    return checked(path, read_record(path), _Ended)


def _study_of(bundle: BundleFolder) -> str:
    with bundle.usable():
        return str(bundle.content["provenance"]["study_fingerprint"])


def _changed(folder: RunFolder) -> RunFolderError:
    return RunFolderError(
        f"{folder.path} was changed since it ended: its experiment, study, results and bundle are not of one run; "
        f"bring them back as they were, or go on with `tunewright resume {folder.path}`"
    )
