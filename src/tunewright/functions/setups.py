"""What `minimize` and `Study` share: from their arguments to the plan of a search and the ledger that keeps it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import TypeAlias

from tunewright.core.codec import Json, canonical, exact
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params, Space, Value
from tunewright.search.memory import Ledger, MemoryLedger
from tunewright.search.pruners import PRUNERS, Pruner, PrunerSettings
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.choosing import check_fits, choose, default_lag
from tunewright.search.samplers.making import SAMPLERS, make_sampler
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.samplers.start import StartingWith, fitted
from tunewright.search.stopping import StopRules
from tunewright.trials.search import Plan

Storage: TypeAlias = str | Path | None
"""A SQLite file, a storage URL that Optuna takes, or None: nothing outlives the process."""


@dataclass(frozen=True)
class ByObjectives:
    """Asks the sampler for as many objectives as the trials in sight have: nobody says beforehand what a function
    returns."""

    one: Sampler
    two: Sampler

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        complete = (record for record in history if record.state is State.COMPLETE)  # the first one mostly tells
        first = next(complete, None)
        paired = first is not None and first.cost is not None and all(one.cost is not None for one in complete)
        return (self.two if paired else self.one).propose(space, history, seed=seed)


@dataclass(frozen=True)
class Setup:
    """The arguments of a search, checked: raises ConfigError. trials: how many `auto` is to reckon with, too."""

    space: Space
    sampler: str | Sampler
    pruner: str | Pruner
    seed: int
    lag: int | None
    start: Sequence[Params]
    startup_trials: int
    trials: int

    def __post_init__(self) -> None:
        if not self.space.parameters:
            raise ConfigError("space: expected at least one parameter, found none")
        for name in ("trials", "startup_trials"):
            check_count(name, getattr(self, name))
        if self.lag is not None:
            check_count("lag", self.lag)
        check_seed(self.seed)
        _check_policy("sampler", self.sampler, ("auto", *SAMPLERS), method="propose")
        _check_policy("pruner", self.pruner, tuple(PRUNERS), method="prune")
        if not isinstance(self.start, list | tuple) or not all(isinstance(one, Mapping) for one in self.start):
            raise ConfigError(f"start: expected a list of configurations such as {{'x': 1}}, found {self.start!r}")
        if isinstance(self.sampler, str) and self.sampler != "auto":
            check_fits(self.sampler, self.space)

    def plan(self, ledger: Ledger, stop: StopRules) -> Plan:
        """The plan of the search that `ledger` keeps. Raises RunFolderError where that is another search."""
        now = self._identity()
        kept = json.loads(ledger.note("setup", canonical(now)))
        if changed := [name for name in now if kept.get(name) != exact(now[name])]:
            raise RunFolderError(
                f"the storage holds a study with another {' and another '.join(changed)}; "
                "give the same arguments as before, or another storage"
            )
        if stop.regret:
            raise ConfigError("stop.regret needs scores of two or more folds, and a function has one; use another rule")
        seeds = SeedTree(self.seed)
        name = self._sampler_name(ledger)
        sampler = named_sampler(name, startup=self.startup_trials, seeds=seeds) if name else self.sampler
        assert not isinstance(sampler, str), "a name stands for a sampler"
        return Plan(
            self.space,
            StartingWith(self._starts(), sampler),
            self.trials,
            self.lag or default_lag(name),
            seeds,
            pruner=PRUNERS[self.pruner](PrunerSettings()) if isinstance(self.pruner, str) else self.pruner,
            stop=stop,
        )

    def _sampler_name(self, ledger: Ledger) -> str:
        """ "" for a sampler of the user's own. `auto` is decided once: more trials later must not change it."""
        if not isinstance(self.sampler, str):
            return ""
        return ledger.note("sampler", choose(self.space, self.trials)[0]) if self.sampler == "auto" else self.sampler

    def _starts(self) -> tuple[Params, ...]:
        starts = []
        for number, given in enumerate(self.start, 1):
            try:
                starts.append(fitted(self.space, given))
            except ConfigError as error:
                raise ConfigError(f"start {number}: {error}") from None
        return tuple(starts)

    def _identity(self) -> dict[str, Json]:
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
    from tunewright.search.alone import alone  # SQLAlchemy is loaded where a database is wanted
    from tunewright.search.storage import sqlite_url
    from tunewright.search.study import StudyStore

    if not isinstance(storage, str | Path):
        raise ConfigError(f"storage: expected a file or a URL, found {storage!r}")
    url = str(storage) if "://" in str(storage) else sqlite_url(Path(storage))
    with alone(url, name) as lease, closing(StudyStore(url, name=name, space=space, lease=lease)) as store:
        yield store


def check_count(name: str, value: object) -> None:
    """Raise ConfigError for anything but a whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{name}: expected a whole number from 1, found {value!r}")


def check_seed(seed: object) -> None:
    """Raise ConfigError for anything but a whole number."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ConfigError(f"seed: expected a whole number, found {seed!r}")


def _check_policy(what: str, given: object, known: Sequence[str], *, method: str) -> None:
    if isinstance(given, str) and given not in known:
        raise ConfigError(f"unknown {what} {given!r}; expected one of {', '.join(known)}")
    if not isinstance(given, str) and (isinstance(given, type) or not callable(getattr(given, method, None))):
        raise ConfigError(f"{what}: expected one of {', '.join(known)}, or an object with `{method}`, found {given!r}")


def _name(given: object) -> str:
    """What tells two policies apart: frozen dataclasses say their settings."""
    return given if isinstance(given, str) else repr(given) if is_dataclass(given) else type(given).__qualname__
