"""`[transfer]`: earlier runs that tell of the space of a new one."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar

from pydantic import Field

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError
from tunewright.core.space import Params, Space
from tunewright.experiment.sections import Section
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.transfer.background import Reading

SHARE = 4
"""One in so many trials may be of the portfolio."""

_INFORMED = ("tpe", "gp")
"""Samplers that learn from trials whatever study they are of."""


class EarlierSettings(Section):
    """One earlier run, written out. until: the first day of its sealed test, where it has days. overlap: what it tells
    of the space, in words. trials: JSON, pairs of how a configuration stood in its run (a normal deviate of its rank)
    and the configuration. shown: how many of these a sampler that learns from them is shown at first."""

    run: str
    until: str | None = None
    overlap: str
    shown: int | None = None
    trials: str

    @property
    def tells(self) -> bool:
        """Whether it tells anything of the space; a run that does not was left out."""
        return self.trials != "[]"


class ReadSettings(Section):
    """What was asked for when the earlier runs were read."""

    runs: list[str]
    portfolio: int


class TransferSettings(Section):
    """runs: folders of finished runs, or patterns of them such as `runs/*`. portfolio: how many of their configurations
    are tried first, at most a quarter of the trials. prior: whether the sampler sees their trials. read: what `runs`
    and `portfolio` were when the runs were read, and earlier: what they told; both are filled in."""

    runs: list[str] = Field(default_factory=list)
    portfolio: int = Field(8, ge=0, le=1000)
    prior: bool = True
    read: ReadSettings | None = None
    earlier: list[EarlierSettings] = Field(default_factory=list)

    def asked(self) -> ReadSettings:
        """What is asked for now."""
        return ReadSettings(runs=self.runs, portfolio=self.portfolio)

    def informs(self, sampler: str) -> bool:
        """Whether a sampler of this name is shown trials of earlier runs."""
        return self.prior and any(one.shown for one in self.earlier) and sampler in _INFORMED

    def check_days(self, first: str) -> None:
        """Raise ConfigError where an earlier run was tuned on days of the sealed test, which begins on this day.

        What is good on these days of one series may be so of another, as markets move together.
        """
        for one in self.earlier:
            if one.tells and one.until is not None and one.until > first:
                raise ConfigError(
                    f"[transfer] {one.run} was tuned on days up to its own sealed test, which begins on {one.until}; "
                    f"the sealed test here begins on {first}, so its configurations may know days of it: leave the run "
                    "out, or seal later days"
                )

    def check_objectives(self, objectives: int) -> None:
        """Raise ConfigError where trials are not ranked by one score."""
        if self.runs and objectives > 1:
            raise ConfigError(
                "[transfer] ranks trials by one score, and search.second_objective asks for two; remove one of them"
            )

    def identity(self) -> dict[str, Json]:
        """What a study is known by of it; nothing where there are no earlier runs."""
        told: list[Json] = [one.trials for one in self.earlier]
        return {"transfer": {"prior": self.prior, "trials": told}} if told else {}


NO_TRANSFER = TransferSettings()


class _Searching(Protocol):
    @property
    def sampler(self) -> str: ...

    @property
    def trials(self) -> int: ...


class Transferring(Protocol):
    """An experiment with a section [transfer]."""

    @property
    def kind(self) -> str: ...

    @property
    def search(self) -> _Searching: ...

    @property
    def start(self) -> Sequence[Params]: ...

    @property
    def transfer(self) -> TransferSettings: ...

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self: ...


T = TypeVar("T", bound=Transferring)


def with_transfer(experiment: T, space: Space, *, reading: Reading) -> T:
    """The experiment with its earlier runs written out, so that none of them is needed again, and a portfolio of their
    configurations behind its starts.

    Raises ConfigError in one line where a run cannot be read, none of them tells of this space, or what is written out
    is of other runs or another space.
    """
    settings = experiment.transfer
    if not settings.runs and not settings.earlier:
        return experiment
    from tunewright.experiment.earlier import check_written, with_earlier  # loads Optuna and scikit-learn
    from tunewright.experiment.known import with_shown

    if settings.earlier:
        check_written(settings, space)
        return with_shown(experiment, space)
    return with_shown(with_earlier(experiment, space, reading=reading), space)


def informed(sampler: Sampler, name: str, space: Space, settings: TransferSettings) -> Sampler:
    """The sampler of this name with what the earlier runs tell, where it learns from trials."""
    if not settings.informs(name):
        return sampler
    # These load scikit-learn and SciPy's statistics.
    from tunewright.experiment.earlier import studies_of
    from tunewright.search.transfer.informed import Informed

    return Informed(space, studies_of(settings), sampler)
