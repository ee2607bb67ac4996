"""The final models from every training seed: chosen, trained by the crew, read back."""

from functools import partial

from tunewright.core.errors import TrialFailure
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.prices.experiment.refit import refit, typical_epochs
from tunewright.prices.experiment.settings import SCALING, identity_of
from tunewright.prices.judging.seeds import DEFAULT, RANDOM, TUNED
from tunewright.prices.run.contestants import Contestant, Seeded, best_of_random
from tunewright.prices.run.final import FinalModels
from tunewright.prices.run.seeded import SeedObjective, seeds_of
from tunewright.prices.run.setup import Prepared
from tunewright.prices.training.forecaster import Forecaster
from tunewright.runs.finals import FinalStudy, final_study, read_back, train_all
from tunewright.runs.parts import Searched
from tunewright.runs.searching import Crew
from tunewright.search.records import TrialRecord


def train_seeds(prepared: Prepared, final: FinalModels, *, searched: Searched, crew: Crew) -> Seeded | None:
    """Train tuned model, untuned default and best random configuration from every further seed, but for what an earlier
    process trained. None where there is one seed, or no default. Raises RunFolderError where nothing can be written.
    """
    experiment, untuned = prepared.experiment, final.untuned
    wide = SCALING.wide(experiment)
    if experiment.final.seeds == 1 or untuned is None:
        return None
    firsts = {TUNED: final.tuned, DEFAULT: untuned.forecaster}
    contestants = [
        Contestant(TUNED, final.best.params, final.epochs, final.best.number),
        Contestant(DEFAULT, wide, untuned.epochs),
    ]
    chosen = best_of_random(experiment, searched.found.records, winner=final.best)
    missing = {RANDOM: chosen.missing} if chosen.record is None else {}
    if chosen.record is not None:
        drawn = _contestant(chosen.record, searched, wide)
        try:
            firsts[RANDOM] = _first(prepared, drawn)
            contestants.append(drawn)
        except TrialFailure as failure:
            missing[RANDOM] = f"a training failed: {failure}"
    study = _study(prepared, contestants, crew)
    objective = SeedObjective(
        experiment,
        tuple(contestants),
        prepared.development,
        prepared.final,
        crew.folder.path / "final",
        study.mark,
        prepared.weights,
    )
    trained = train_all(study, objective, crew=crew)
    missing |= {name: f"a training failed: {why}" for name, why in trained.failed.items()}
    kept = tuple(one for one in contestants if one.name not in missing)
    read = partial(read_back, objective.forecaster, objective.train_again, crew=crew)
    further = range(1, experiment.final.seeds)
    forecasters = {one.name: (firsts[one.name], *(read(one.name, number) for number in further)) for one in kept}
    return Seeded(kept, forecasters, missing, sum(record.seconds for record in trained.records))


def _contestant(record: TrialRecord, searched: Searched, wide: Params) -> Contestant:
    epochs = typical_epochs([told for told in searched.told(record.number) if told])
    return Contestant(RANDOM, {**record.params, **wide}, epochs, record.number)


def _first(prepared: Prepared, one: Contestant) -> Forecaster:
    """Of the seed that the other contestants were trained from already."""
    experiment = prepared.experiment
    forecaster, _ = refit(
        experiment,
        one.params,
        development=prepared.development,
        rows=prepared.final,
        epochs=one.epochs,
        seeds=seeds_of(experiment, 0),
        weights=prepared.weights,
    )
    return forecaster


def _study(prepared: Prepared, contestants: list[Contestant], crew: Crew) -> FinalStudy:
    experiment = prepared.experiment
    return final_study(
        crew.folder,
        tuple(one.name for one in contestants),
        seeds=range(1, experiment.final.seeds),
        of=experiment.name,
        tree=SeedTree(experiment.seed),
        identity={
            "contestants": [[one.name, dict(one.params), one.epochs] for one in contestants],
            "experiment": identity_of(experiment),
            "data": prepared.data_fingerprint,
            "seeds": experiment.final.seeds,
        },
    )
