"""What runs on plain functions do: the search, and the surface where it is wanted."""

from dataclasses import dataclass
from typing import Any

from tunewright.core.codec import Json
from tunewright.core.words import counted
from tunewright.experiment.known import known_lines, known_of
from tunewright.functions.calling import located_objective
from tunewright.functions.plan import function_plan, resolve_sampler
from tunewright.functions.settings import FunctionExperiment, function_space
from tunewright.functions.surface import surface
from tunewright.runs.folder import RunFolder
from tunewright.runs.parts import Ended, Life, Searched, Sought
from tunewright.runs.searching import Crew, Stage
from tunewright.runs.study_results import About
from tunewright.search.records import best, pareto
from tunewright.trials.search import Found


@dataclass(frozen=True)
class PreparedFunction:
    """The experiment, resolved. sampler_reason: why `auto` chose it, else ""."""

    experiment: FunctionExperiment
    sampler_reason: str


def _sought(prepared: PreparedFunction, folder: RunFolder) -> Sought:
    experiment = prepared.experiment
    plan = function_plan(experiment)
    about = About(
        sampler=experiment.search.sampler,
        pruner=experiment.pruner.name,
        lag=plan.lag,
        metric="value",
        metric_text="what the function returns (lower is better)",
        second_objective="second_value",
        earlier=known_of(experiment),
    )
    excluded: Any = {
        "search": {"trials"},
        **dict.fromkeys(("stop", "space", "trackers", "resources", "transfer"), True),
    }
    identity: Json = experiment.model_dump(mode="json", exclude=excluded) | experiment.transfer.identity()
    return Sought(plan, located_objective(experiment.function.call), identity, about, "there is nothing to report")


def _end(prepared: PreparedFunction, searched: Searched | None, crew: Crew) -> Ended[Found]:
    assert searched is not None, "functions are always searched"
    experiment, found = prepared.experiment, searched.found
    crew.watch(Stage("writing the report", found.records, searched.trials))
    call, drawn = experiment.function.call, experiment.function.draw_surface
    sections: dict[str, Json] = (
        {"surface": surface(located_objective(call), function_space(experiment))} if drawn else {}
    )
    return Ended(found, sections, {"function": call})


def _closing(found: Found) -> list[str]:
    winner = best(found.records)
    assert winner is not None, "a run without a best trial fails"
    params = ", ".join(
        f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}"
        for name, value in winner.params.items()
    )
    lines = [f"The lowest value is {winner.score:.6g}, of trial {winner.number}: {params}."]
    front = pareto(found.records)
    if front:
        are = "1 trial is" if len(front) == 1 else f"{len(front)} trials are"
        lines.append(f"{are} not beaten in both objectives by any other.")
    return [*lines, f"The search ended after {counted(len(found.records), 'trial')}: {found.ended}."]


LIFE: Life[FunctionExperiment, PreparedFunction, Found] = Life(
    lambda experiment: PreparedFunction(*resolve_sampler(experiment)),
    _sought,
    _end,
    opening=lambda prepared: [
        f"function  {prepared.experiment.function.call}",
        *known_lines(prepared.experiment),
    ],
    closing=_closing,
    resources=lambda prepared: prepared.experiment.resources.resources(),
)
