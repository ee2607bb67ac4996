"""Everything between an experiment and its first trial: data read, test sealed, folds cut."""

from dataclasses import dataclass, replace

from tunewright.core.space import Choice
from tunewright.data.card import DataCard
from tunewright.data.source import read_source
from tunewright.data.table import PriceTable
from tunewright.experiment.checks import resolve_features, with_full_path
from tunewright.experiment.settings import Experiment, preparation_of, search_space
from tunewright.preparation.folds import Fold
from tunewright.preparation.prepare import fit_preparation
from tunewright.preparation.seal import Development, SealedTest, seal


@dataclass(frozen=True)
class Prepared:
    """An experiment ready to search. `experiment` is resolved: every choice that the data decides is written out."""

    experiment: Experiment
    table: PriceTable
    card: DataCard
    development: Development
    sealed: SealedTest
    folds: tuple[Fold, ...]


def set_up(experiment: Experiment) -> Prepared:
    """Read, seal and cut. Raises InputError where the data is unusable or too short for the largest window."""
    table, card = read_source(experiment.data.source, close=experiment.data.close)
    experiment = with_full_path(resolve_features(experiment, table))
    development, sealed = seal(table, experiment.preparation.test_fraction)
    folds = experiment.preparation.walk_forward().cut(len(development.table))
    longest = replace(preparation_of(experiment), time_step=_longest_window(experiment))
    for fold in folds:
        fit_preparation(development, fold.train, longest)
    return Prepared(experiment, table, card, development, sealed, folds)


def _longest_window(experiment: Experiment) -> int:
    parameter = search_space(experiment).parameters.get("time_step")
    if parameter is None:
        return experiment.preparation.time_step
    if isinstance(parameter, Choice):
        return max(int(value) for value in parameter.choices)
    return int(parameter.high)
