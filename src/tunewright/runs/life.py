"""The life of a run, whatever it tunes: begun in a folder, searched, ended by its kind, written down."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Generic

from tunewright.core.codec import Json
from tunewright.core.errors import StudyFailure
from tunewright.experiment.files import to_toml
from tunewright.runs.changing import held
from tunewright.runs.folder import RunFolder, fill_folder
from tunewright.runs.parts import E, Life, O, P, Prepared, Searched, Sought
from tunewright.runs.results import Timing, heading, origin, write_results
from tunewright.runs.searching import Crew, Watch, open_study, search
from tunewright.runs.study_results import study_section
from tunewright.runs.tracking.following import check_installed, followed
from tunewright.search.records import best
from tunewright.search.study import StudyStore
from tunewright.trials.places import HERE, Place


@dataclass(frozen=True)
class Run(Generic[P, O]):
    """A run folder and what is to be run in it. changed: the experiment's new text where it was changed on resume."""

    folder: RunFolder
    life: Life[Any, P, O]
    prepared: P
    changed: str = ""

    def opening(self) -> Sequence[str]:
        """What is tuned, and with which sampler where that was left open, line by line."""
        lines, reason = self.life.opening(self.prepared), self.prepared.sampler_reason
        sampler = self.prepared.experiment.search.sampler
        return [*lines, f"sampler   {sampler}: {reason}"] if reason else lines

    def crew(self, place: Place) -> Sequence[str]:
        """What the user should know of where trials run, line by line."""
        return place.lines(self.prepared.experiment.search.lag)


def set_up(life: Life[E, P, O], experiment: E) -> P:
    """What every run begins with. Raises InputError where a tool, the data or a setting is not usable."""
    check_installed(experiment)
    return life.set_up(experiment)


def begin(life: Life[E, P, O], experiment: E, *, out: Path | None, storage: str | None) -> Run[P, O]:
    """Check everything, then make the folder (`out`, or the first free runs/NAME).

    storage: an Optuna storage URL; None keeps the study in the folder's study.db. Raises InputError.
    """
    prepared = set_up(life, experiment)
    resolved = prepared.experiment
    return Run(fill_folder(out, resolved.name, text=to_toml(resolved), storage=storage), life, prepared)


def reopen(life: Life[E, P, O], experiment: E, folder: RunFolder, *, changed: bool) -> Run[P, O]:
    """A run that was started before. experiment: as it is now to be. Raises InputError where its data is not usable any
    more."""
    prepared = set_up(life, experiment)
    return Run(folder, life, prepared, to_toml(prepared.experiment) if changed else "")


def conduct(run: Run[P, O], *, place: Place = HERE, watch: Watch = lambda stage: None) -> O:
    """Run to the end: everything of the run folder but the report. Interrupted, it goes on from what was told.

    place: where trials are trained, by default in this process; the study is the same anywhere.

    Raises RunFolderError where the study cannot be opened or is another's, ConfigError where nothing can run in that
    place, StudyFailure where the study cannot go on.
    """
    started, prepared = time.perf_counter(), run.prepared
    experiment, sought = prepared.experiment, run.life.sought(prepared, run.folder)
    place = place.filled(run.life.workers(prepared), run.life.resources(prepared))
    with (
        held(run.folder, run.changed),
        followed(run.folder, experiment, watch) as following,
        place.opened(),
        _searched(prepared, sought, crew := Crew(run.folder, place, following.stage)) as (searched, study),
    ):
        ended = run.life.end(prepared, searched, crew)
        trained_s = sum(record.seconds for record in searched.found.records) if searched else 0.0
        timing = Timing(
            wall_s=time.perf_counter() - started,
            train_s=trained_s + ended.training_s,
            search_s=(searched.seconds if searched else 0.0) + ended.search_s,
        )
        results: dict[str, Json] = {
            **heading(experiment.name, kind=experiment.kind, seed=experiment.seed),
            **ended.sections,
            "study": study,
            "timing": asdict(timing),
            "provenance": {**(searched.origin if searched else {}), **ended.origin},
        }
        if searched:
            searched.shown()
        write_results(run.folder.results, results)
        following.ended(results)
    return ended.outcome


@contextmanager
def _searched(
    prepared: Prepared, sought: Sought | None, crew: Crew
) -> Iterator[tuple[Searched | None, dict[str, Json] | None]]:
    """Search to the end, and keep the study open: what was found, and the study in the words of results.json."""
    if sought is None:
        yield None, None
        return
    plan, started = sought.plan, time.perf_counter()
    with open_study(crew.folder, plan, name=prepared.experiment.name, identity=sought.identity) as store:
        reason = store.note("sampler_reason", prepared.sampler_reason)
        found = search(crew, store, plan, objective=sought.objective, preload=sought.preload)
        seconds, winner = time.perf_counter() - started, best(found.records)
        if winner is None:
            raise StudyFailure(
                f"no trial of this study finished, so {sought.lost}; begin anew with another [space] and another --out"
            )
        details = [told for told in store.fold_details(winner.number) if told]
        paired = any(record.cost is not None for record in found.records)
        second = sought.about.second_objective if paired else None
        about = replace(sought.about, sampler_reason=reason, second_objective=second)
        study = study_section(found, plan.space, about=about, details=details, edits=store.edits())
        source = origin(seed=prepared.experiment.seed, study_fingerprint=found.fingerprint)
        opening = partial(_record_opening, store)
        shown, told = store.mark_shown, store.fold_details
        yield Searched(found, plan.trials, winner, details, source, seconds, opening, shown, told), study


def _record_opening(store: StudyStore) -> int:
    return store.record_opening(datetime.now(UTC).isoformat(timespec="seconds"))
