"""What the kinds do in a run where their ways part, and what passes between them and the run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from tunewright.bundle.folder import BundleFolder
from tunewright.core.codec import Json
from tunewright.core.space import Params
from tunewright.experiment.files import Experiment
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import Crew
from tunewright.runs.study_results import About
from tunewright.search.records import TrialRecord
from tunewright.trials.executors import available_workers
from tunewright.trials.places import Resources
from tunewright.trials.search import Found, Plan
from tunewright.trials.tasks import Objective


class Prepared(Protocol):
    """An experiment ready to search, resolved: every choice that was left open is written out.

    sampler_reason: why this sampler, in a sentence without its end, where it was not given, else "".
    """

    @property
    def experiment(self) -> Experiment: ...

    @property
    def sampler_reason(self) -> str: ...


E = TypeVar("E")
P = TypeVar("P", bound=Prepared)
O = TypeVar("O")  # noqa: E741 - an outcome


@dataclass(frozen=True)
class Sought:
    """What a run searches. identity: what makes two studies one, but for the space, which the study keeps itself.

    lost: what is not there where no trial has a score, as the end of "no trial of this study finished, so ...". epochs:
    of a fold, at most; 0 where nothing has epochs. preload: modules that workers need, by name.
    """

    plan: Plan
    objective: Objective
    identity: Json
    about: About
    lost: str
    epochs: int = 0
    preload: Sequence[str] = ()


@dataclass(frozen=True)
class Searched:
    """The study, its winner and what the winner's folds told, where they told anything; told: what those of any trial,
    by its number, did.

    trials: how many were wanted. origin: where the results come from. seconds: of this process. opening: writes down
    that the sealed test is opened now, and returns how many times it has been. shown: writes down that what was seen
    there is told now.
    """

    found: Found
    trials: int
    winner: TrialRecord
    details: Sequence[Json]
    origin: dict[str, Json]
    seconds: float
    opening: Callable[[], int]
    shown: Callable[[], None]
    told: Callable[[int], Sequence[Json]]


@dataclass(frozen=True)
class Ended(Generic[O]):
    """What a run comes to. sections: the keys of results.json that only this kind has. origin: what its provenance has
    beside that of the study. training_s, search_s: seconds that were trained and searched after the study."""

    outcome: O
    sections: dict[str, Json]
    origin: dict[str, Json]
    training_s: float = 0.0
    search_s: float = 0.0


@dataclass(frozen=True)
class Tested:
    """The model that a run has tested. params: of the winner. details: what its folds told. origin: where results come
    from. bundle: the model itself. verdict: on it."""

    params: Params
    details: Sequence[Json]
    origin: dict[str, Json]
    bundle: BundleFolder
    verdict: str


@dataclass(frozen=True)
class Life(Generic[E, P, O]):
    """What the runs of one kind do where their ways part.

    set_up: everything read and checked (InputError). sought: the search; None where there is nothing to search. end:
    final models, sealed test, bundle, tables. opening, closing: lines before the search and at the end. workers: how
    many processes the cores feed. resources: what a trial reserves of a cluster. refit: trains the winner on all there
    is, and writes it to the folder's `refit`; None where there is no model.
    """

    set_up: Callable[[E], P]
    sought: Callable[[P, RunFolder], Sought | None]
    end: Callable[[P, Searched | None, Crew], Ended[O]]
    opening: Callable[[P], Sequence[str]]
    closing: Callable[[O], Sequence[str]]
    workers: Callable[[P], int] = field(default=lambda prepared: available_workers())
    resources: Callable[[P], Resources] = field(default=lambda prepared: Resources())
    refit: Callable[[P, Tested, RunFolder], None] | None = None
