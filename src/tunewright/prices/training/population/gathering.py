"""Trainings of several threads of one process, trained as one population."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import final

from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.experiment.families import Spec
from tunewright.prices.preparation.windows import Samples
from tunewright.prices.training.compiled import GoesOn, fit_compiled
from tunewright.prices.training.loop import Trained
from tunewright.prices.training.population.here import GATHERING
from tunewright.prices.training.population.member import Member, Outcome
from tunewright.prices.training.population.seat import POPULATION
from tunewright.prices.training.population.train import fit_population
from tunewright.prices.training.training import Training
from tunewright.training.observer import Observer
from tunewright.training.progress import engine_of


@final
class Gathering:
    """A training waits until every thread that has joined has one; whoever comes last trains them all."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._changed = Condition()
        self._threads = 0
        self._waiting: list[Member] = []
        self._outcomes: dict[Member, Outcome] = {}
        self._closed = False

    @contextmanager
    def joined(self) -> Iterator[None]:
        before = GATHERING.set(self)
        with self._changed:
            self._threads += 1
        try:
            yield
        finally:
            GATHERING.reset(before)
            with self._changed:
                self._threads -= 1
                complete = self._complete()
            self._train(complete)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def train(self, member: Member) -> Trained:
        """Raises what ended the training, and TrialFailure where the gathering is closed before it has."""
        with self._changed:
            self._waiting.append(member)
            complete = self._complete()
        self._train(complete)
        with self._changed:
            self._changed.wait_for(lambda: member in self._outcomes or (self._closed and member in self._waiting))
            outcome = self._outcomes.pop(member, None) or TrialFailure("it was stopped")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _complete(self) -> list[Member]:
        """All that wait, where no thread can add another."""
        if len(self._waiting) < self._threads or self._closed:
            return []
        complete, self._waiting = self._waiting, []
        return complete

    def _train(self, members: list[Member]) -> None:
        if not members:
            return
        found: list[Outcome]
        try:
            found = fit_population(members, device=self._device, stopped=lambda: self._closed)
        except BaseException as error:  # of the device, for one, which may have too little memory; all wait to hear
            told = error if isinstance(error, Exception) else TrialFailure(f"{type(error).__name__}: {error}")
            found = [told] * len(members)
        with self._changed:
            self._outcomes.update(zip(members, found, strict=True))
            self._changed.notify_all()


def fit_gathered(
    spec: Spec,
    training: Training,
    train: Samples,
    *,
    validation: Samples | None,
    seeds: SeedTree,
    observer: Observer,
) -> Trained:
    """Train where this thread's trainings go. What populations are not made of, and what another engine began, trains
    as it does elsewhere."""
    together, snapshot = GATHERING.get(), observer.snapshot()
    observer = GoesOn(observer, snapshot)
    begun_otherwise = snapshot is not None and engine_of(snapshot) != POPULATION
    if together is None or begun_otherwise or spec.as_dict().get("attention", "none") != "none":
        return fit_compiled(spec, training, train, validation=validation, seeds=seeds, observer=observer)
    return together.train(Member(spec, training, train, validation, seeds, observer))
