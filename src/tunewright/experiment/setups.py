"""What `minimize` and `Study` share: from their arguments to the plan of a search and the ledger that keeps it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tunewright.core.codec import Json, canonical
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Space, Value
from tunewright.experiment.search import Plan
from tunewright.search.memory import Ledger, MemoryLedger
from tunewright.search.pruners import PRUNERS, Pruner, PrunerSettings
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers import SAMPLERS, check_fits, choose, make_sampler
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.samplers.start import StartingWith, fitted
from tunewright.search.stopping import StopRules

Storage: TypeAlias = str | Path | None
"""A SQLite file, a storage URL that Optuna takes, or None: nothing outlives the process."""


@dataclass(frozen=True)
class ByObjectives:
    """Asks the sampler for as many objectives as the trials in sight have: nobody says beforehand what a function
    returns."""

    one: Sampler
    two: Sampler

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        complete = [record for record in history if record.state is State.COMPLETE]
        paired = bool(complete) and all(record.cost is not None for record in complete)
        return (self.two if paired else self.one).propose(space, history, seed=seed)


@dataclass(frozen=True)
class Setup:
    """The arguments of a search, checked: raises ConfigError. trials: how many `auto` is to reckon with, too."""

    space: Space
    sampler: str | Sampler
    pruner: str | Pruner
    seed: int
    lag: int
    start: Sequence[Params]
    startup_trials: int
    trials: int

    def __post_init__(self) -> None:
        if not self.space.parameters:
            raise ConfigError("space: expected at least one parameter, found none")
        for name in ("trials", "lag", "startup_trials"):
            check_count(name, getattr(self, name))
        if isinstance(self.seed, bool) or not isinstance(self.seed, int):
            raise ConfigError(f"seed: expected a whole number, found {self.seed!r}")
        _check_name("sampler", self.sampler, ("auto", *SAMPLERS))
        _check_name("pruner", self.pruner, tuple(PRUNERS))
        if isinstance(self.sampler, str) and self.sampler != "auto":
            check_fits(self.sampler, self.space)

    def plan(self, ledger: Ledger, stop: StopRules) -> Plan:
        """The plan of the search that `ledger` keeps. Raises RunFolderError where that is another search."""
        kept = ledger.note("setup", canonical(self._identity()))
        if kept != canonical(self._identity()):
            raise RunFolderError(
                f"the storage holds a study of another setup: expected {canonical(self._identity())}, found {kept}; "
                "give the same arguments, or another storage"
            )
        seeds = SeedTree(self.seed)
        return Plan(
            self.space,
            StartingWith(self._starts(), self._sampler(ledger, seeds)),
            self.trials,
            self.lag,
            seeds,
            pruner=PRUNERS[self.pruner](PrunerSettings()) if isinstance(self.pruner, str) else self.pruner,
            stop=stop,
        )

    def _sampler(self, ledger: Ledger, seeds: SeedTree) -> Sampler:
        if not isinstance(self.sampler, str):
            return self.sampler
        name = self.sampler
        if name == "auto":  # decided once: more trials later must not change it
            name = ledger.note("sampler", choose(self.space, self.trials)[0])
        return named_sampler(name, startup=self.startup_trials, seeds=seeds)

    def _starts(self) -> tuple[Params, ...]:
        starts = []
        for number, given in enumerate(self.start, 1):
            try:
                starts.append(fitted(self.space, given))
            except ConfigError as error:
                raise ConfigError(f"start {number}: {error}") from None
        return tuple(starts)

    def _identity(self) -> Json:
        return {
            "sampler": _name(self.sampler),
            "pruner": _name(self.pruner),
            "seed": self.seed,
            "lag": self.lag,
            "start": [dict(one) for one in self._starts()],
            "startup_trials": self.startup_trials,
        }


def named_sampler(name: str, *, startup: int, seeds: SeedTree) -> Sampler:
    """The sampler of this name for a function, whose objectives are not known beforehand."""
    sequence = seeds.integer("sequence")
    one, two = (make_sampler(name, startup=startup, seed=sequence, objectives=objectives) for objectives in (1, 2))
    return ByObjectives(one, two)


@contextmanager
def keeping(storage: Storage, *, name: str, space: Space) -> Iterator[Ledger]:
    """The ledger of the study `name` in the storage. Raises RunFolderError where it cannot be opened."""
    if storage is None:
        yield MemoryLedger()
        return
    from tunewright.search.storage import sqlite_url  # SQLAlchemy is loaded where a database is wanted
    from tunewright.search.study import StudyStore

    text = str(storage)
    store = StudyStore(text if "://" in text else sqlite_url(Path(text)), name=name, space=space)
    try:
        yield store
    finally:
        store.close()


def check_count(name: str, value: object) -> None:
    """Raise ConfigError for anything but a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{name}: expected a whole number from 1, found {value!r}")


def _check_name(what: str, given: object, known: Sequence[str]) -> None:
    if isinstance(given, str) and given not in known:
        raise ConfigError(f"unknown {what} {given!r}; expected one of {', '.join(known)}")


def _name(given: object) -> str:
    return given if isinstance(given, str) else type(given).__qualname__
