"""What runs on prices do. What they end with takes seconds to load, and is loaded when they end."""

from typing import TYPE_CHECKING

from tunewright.core.codec import Json
from tunewright.core.plugins import later
from tunewright.experiment.by_user import code_of
from tunewright.experiment.known import known_lines, known_of
from tunewright.experiment.plan import make_plan
from tunewright.prices.experiment.objective import METRICS, PriceObjective
from tunewright.prices.experiment.preloading import worker_modules
from tunewright.prices.experiment.settings import SCALING, TUNING, Experiment, identity_of
from tunewright.prices.run.setup import Prepared, set_up
from tunewright.runs.folder import RunFolder
from tunewright.runs.parts import Life, Sought
from tunewright.runs.study_results import About
from tunewright.trials.search import Plan

if TYPE_CHECKING:
    from tunewright.prices.run.sealed import SealedResult
    from tunewright.training.pretrained import Weights


def _sought(prepared: Prepared, folder: RunFolder) -> Sought:
    experiment = prepared.experiment
    space, transfer = TUNING.space(experiment), experiment.transfer
    plan = make_plan(experiment, space, checkpoints=folder.checkpoints, transfer=transfer)
    objective = PriceObjective(experiment, prepared.development, prepared.folds, prepared.weights)
    code = code_of(getattr(own, "call", None) for own in experiment.model.settings.values())
    known = identity_of(experiment)
    if prepared.weights is not None:  # what the weights are tells more than where they lie
        known["model"]["weights"] = prepared.weights.digest
    identity: Json = {
        "experiment": known,
        "data": prepared.data_fingerprint,
        **({"code": code} if code else {}),
    }
    about = about_prices(experiment, plan)
    return Sought(
        plan,
        objective,
        identity,
        about,
        "there is nothing to test",
        experiment.training.epochs,
        worker_modules(experiment),
    )


def about_prices(experiment: Experiment, plan: Plan) -> About:
    """The search of a resolved experiment on prices."""
    search = experiment.search
    return About(
        sampler=search.sampler,
        pruner=experiment.pruner.name,
        metric=search.metric,
        metric_text=f"mean over walk-forward folds of: {METRICS[search.metric][1]} (lower is better)",
        second_objective=search.second_objective,
        lag=plan.lag,
        earlier=known_of(experiment),
    )


def _opening(prepared: Prepared) -> list[str]:
    return [
        *prepared.card.lines(),
        *(f"warning   {warning}" for warning in prepared.warnings),
        *_weights_lines(prepared.weights),
        *SCALING.lines(prepared.experiment),
        *known_lines(prepared.experiment),
    ]


def _weights_lines(weights: "Weights | None") -> list[str]:
    if weights is None:
        return []
    anew = [] if weights.same_outputs else ["weights   the last layer begins anew, as what is forecast is another"]
    return [f"weights   {weights.source}", *anew]


LIFE: "Life[Experiment, Prepared, SealedResult]" = Life(
    set_up,
    _sought,
    later("tunewright.prices.run.ending:end"),
    opening=_opening,
    closing=later("tunewright.prices.run.ending:closing"),
    refit=later("tunewright.prices.refitting:refit"),
    resources=lambda prepared: prepared.experiment.resources.resources(),
)
