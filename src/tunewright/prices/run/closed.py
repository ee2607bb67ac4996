"""All that is fixed while the sealed test is still closed: what meets on it, and what it is held against."""

from dataclasses import dataclass, replace

from tunewright.core.seeds import SeedTree
from tunewright.prices.experiment.refit import typical_epochs
from tunewright.prices.experiment.settings import SCALING
from tunewright.prices.judging.overfitting import Chosen
from tunewright.prices.judging.regimes import fit_regimes
from tunewright.prices.judging.worth import Terms
from tunewright.prices.run.contestants import Seeded
from tunewright.prices.run.final import FinalModels, train_final
from tunewright.prices.run.intervals import Learnt, learn_intervals
from tunewright.prices.run.seeds import train_seeds
from tunewright.prices.run.setup import Prepared
from tunewright.prices.run.validated import validated
from tunewright.prices.run.worth import chosen_by, worth_terms
from tunewright.runs.parts import Searched
from tunewright.runs.searching import Crew, Stage


@dataclass(frozen=True)
class Closed:
    """seeded: what was trained from further seeds; None for one seed. chosen: whether the search chose or drew lots.
    terms: of trading; None where no price is forecast. learnt: for intervals. All three of them are None where the
    study has too little for them. seconds: of training."""

    final: FinalModels
    seeded: Seeded | None
    chosen: Chosen | None
    terms: Terms | None
    learnt: Learnt | None
    seconds: float


def before_the_test(prepared: Prepared, searched: Searched, crew: Crew) -> Closed:
    """Train the final models, and learn what the development rows tell."""
    records = searched.found.records
    crew.watch(Stage("training the final model", records, searched.trials))
    epochs, seeds = typical_epochs(searched.details), SeedTree(prepared.experiment.seed)
    regimes = fit_regimes(prepared.development)
    winner = replace(searched.winner, params={**searched.winner.params, **SCALING.wide(prepared.experiment)})
    final = train_final(prepared, winner, epochs=epochs, seeds=seeds, regimes=regimes, crew=crew)
    found = validated(prepared, searched)
    seeded = train_seeds(prepared, final, searched=searched, crew=crew)
    return Closed(
        final=final,
        seeded=seeded,
        chosen=chosen_by(found),
        terms=worth_terms(prepared, final.tuned, trials=len(records), found=found),
        learnt=learn_intervals(prepared, found, winner=searched.winner.number, regimes=regimes),
        seconds=final.seconds + (seeded.seconds if seeded else 0.0),
    )
