"""The part `study` of results.json: what was searched and what became of every trial, whatever was tuned."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from tunewright.core.codec import Json
from tunewright.core.space import Space
from tunewright.experiment.known import Known
from tunewright.search.importance import importances
from tunewright.search.records import State, TrialRecord, best, pareto
from tunewright.trials.search import Found
from tunewright.trials.tasks import KEPT


@dataclass(frozen=True)
class About:
    """How a study is searched. sampler_reason: why `auto` chose this sampler, else "". earlier: what it knew of runs
    before it."""

    sampler: str
    pruner: str
    metric: str
    metric_text: str
    second_objective: str | None
    lag: int
    sampler_reason: str = ""
    earlier: Known | None = None


def study_section(
    found: Found,
    space: Space,
    *,
    about: About,
    details: Sequence[Json],
    edits: Sequence[str],
) -> dict[str, Json]:
    """details: of the best trial, fold by fold; () where it has no learning curves. edits: of the space, in words."""
    records = found.records
    counts = {state.value: sum(record.state is state for record in records) for state in State}
    del counts[State.RUNNING.value]
    winner = best(records)
    return {
        "fingerprint": found.fingerprint,
        "ended": found.ended,
        **asdict(about),
        "space": space.as_dict(),
        "space_edits": list(edits),
        "counts": counts,
        "trials": [_trial(record) for record in records],
        "best": None if winner is None else {**_trial(winner), "folds": [_shown(detail) for detail in details]},
        "pareto": [record.number for record in pareto(records)],
        "importance": {name: dict(values) for name, values in importances(records, space).items()},
    }


def _shown(detail: Json) -> Json:
    assert isinstance(detail, Mapping), "the detail of a fold is an object"
    return {key: value for key, value in detail.items() if key != KEPT}


def _trial(record: TrialRecord) -> dict[str, Json]:
    return {
        "number": record.number,
        "state": record.state.value,
        "params": dict(record.params),
        "score": record.score,
        "cost": record.cost,
        "fold_scores": list(record.fold_scores),
        "reports": [[report.fold, report.epoch, report.value] for report in record.reports],
        "reason": record.reason,
        "seconds": record.seconds,
        "began": record.began,
        "ended": record.ended,
    }
