"""What a run says before it starts and when it has ended, line by line."""

from collections.abc import Sequence

from tunewright.experiment.search import Found
from tunewright.runs.final import SealedResult
from tunewright.runs.functions import FunctionRun
from tunewright.runs.kinds import AnyRun
from tunewright.search.records import best, pareto


def opening(run: AnyRun) -> Sequence[str]:
    """What is tuned, and with which sampler where that was left open."""
    if isinstance(run, FunctionRun):
        lines, experiment, reason = [f"function  {run.experiment.function.call}"], run.experiment, run.sampler_reason
        return [*lines, f"sampler   {experiment.search.sampler}: {reason}"] if reason else lines
    prepared = run.prepared
    lines = list(prepared.card.lines())
    if prepared.sampler_reason:
        lines.append(f"sampler   {prepared.experiment.search.sampler}: {prepared.sampler_reason}")
    return lines


def closing(outcome: SealedResult | Found) -> Sequence[str]:
    """What was found."""
    if isinstance(outcome, Found):
        return _found(outcome)
    lines = [outcome.judgement.verdict]
    if outcome.gain:
        lines.append(outcome.gain.sentence())
    if outcome.judgement.leak_warning:
        lines.append(f"WARNING: {outcome.judgement.leak_warning}")
    return lines


def _found(found: Found) -> Sequence[str]:
    winner = best(found.records)
    assert winner is not None, "a run without a best trial fails"
    params = ", ".join(
        f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}"
        for name, value in winner.params.items()
    )
    lines = [f"The lowest value is {winner.score:.6g}, of trial {winner.number}: {params}."]
    front = pareto(found.records)
    if front:
        lines.append(f"{len(front)} trials are not beaten in both objectives by any other.")
    return [*lines, f"The search ended after {len(found.records)} trials: {found.ended}."]
