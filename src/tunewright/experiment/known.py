"""What a search knows of earlier runs: for the card of a run and for results.json."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tunewright.core.space import Space
from tunewright.core.words import counted
from tunewright.experiment.transfer import SHARE, T, Transferring

if TYPE_CHECKING:
    from tunewright.search.transfer.earlier import Tried


@dataclass(frozen=True)
class KnownRun:
    """One earlier run. told: what it tells of the space, in words. trials: those that lie in it. shown: how many of
    these the sampler was shown before the study had any of its own."""

    run: str
    told: str
    trials: int
    shown: int


@dataclass(frozen=True)
class Known:
    """What a study knew of earlier runs. first: numbers of the trials that it began with because an earlier run had
    tried their configurations."""

    runs: tuple[KnownRun, ...]
    first: tuple[int, ...]

    @property
    def shown(self) -> int:
        return sum(one.shown for one in self.runs)


def with_shown(experiment: T, space: Space) -> T:
    """The experiment with the number of trials of each earlier run that a sampler is shown, where it is not written."""
    settings = experiment.transfer
    if all(one.shown is not None for one in settings.earlier):
        return experiment
    # These load scikit-learn and SciPy's statistics.
    from tunewright.experiment.earlier import studies_of
    from tunewright.search.transfer.informed import counts

    studies = studies_of(settings)
    found = dict(zip((one.name for one in studies), counts(space, studies), strict=True))
    earlier = [one.model_copy(update={"shown": found.get(one.run, 0)}) for one in settings.earlier]
    return experiment.model_copy(update={"transfer": settings.model_copy(update={"earlier": earlier})})


def known_of(experiment: Transferring) -> Known | None:
    """What the search of a resolved experiment knows; None without earlier runs."""
    settings, search = experiment.transfer, experiment.search
    if not settings.earlier:
        return None
    trials, informed = _trials(experiment), settings.informs(search.sampler)
    runs = (
        KnownRun(one.run, one.overlap, len(trials.get(one.run, ())), (one.shown or 0) if informed else 0)
        for one in settings.earlier
    )
    tried = [one.params for found in trials.values() for one in found]
    begins = enumerate(experiment.start[: search.trials])
    return Known(tuple(runs), tuple(number for number, params in begins if params in tried))


def known_lines(experiment: Transferring) -> list[str]:
    """What each earlier run tells, and what is done with it, for the card of a run; a warning where that is nothing."""
    known = known_of(experiment)
    if known is None:
        return []
    told = [f"transfer  {one.run}: {one.told}" for one in known.runs]
    told.append(f"transfer  {_begins(experiment, known)}; {_seen(experiment, known)}")
    if not known.first and not known.shown:
        told.append(
            "warning   [transfer] nothing of the earlier runs is used; give more trials, runs of more trials, a "
            "portfolio above 0 or the sampler 'tpe' or 'gp', or leave [transfer] out"
        )
    return told


def _begins(experiment: Transferring, known: Known) -> str:
    if known.first:
        return f"begins with {counted(len(known.first), 'configuration')} of theirs"
    trials = experiment.search.trials
    if not experiment.transfer.portfolio:
        why = "portfolio is 0"
    elif trials < SHARE:
        why = f"a quarter of {counted(trials, 'trial')} is less than one"
    else:
        why = f"[[start]] fills the {trials} trials"
    return f"begins with no configuration of theirs, as {why}"


def _seen(experiment: Transferring, known: Known) -> str:
    settings, sampler = experiment.transfer, experiment.search.sampler
    silent = [one.run for one in known.runs if one.trials and not one.shown]
    if known.shown:
        none = f", none of {', '.join(silent)}, too few or too noisy to tell" if silent else ""
        return f"the sampler {sampler!r} is shown {counted(known.shown, 'trial')} of theirs at first{none}"
    if not settings.prior:
        why = ", as prior is false"
    elif any(one.shown for one in settings.earlier):
        why = f": {sampler!r} does not learn from other studies"
    else:
        why = ": too few or too noisy to tell"
    return f"the sampler {sampler!r} sees none of their trials{why}"


def _trials(experiment: Transferring) -> "dict[str, Sequence[Tried]]":
    from tunewright.experiment.earlier import studies_of  # loads Optuna

    return {one.name: one.trials for one in studies_of(experiment.transfer)}
