"""What a run says before it starts and when it has ended, line by line."""

from collections.abc import Sequence

from tunewright.core.words import counted
from tunewright.functions.run import FunctionRun
from tunewright.images.run.conduct import ImageRun
from tunewright.images.run.sealed import ImageResult
from tunewright.prices.comparison.compared import Compared
from tunewright.prices.comparison.run import ComparisonRun
from tunewright.runs.kinds import AnyRun, Outcome
from tunewright.search.records import best, pareto
from tunewright.statistics.paired import CONFIDENCE
from tunewright.statistics.wording import p_value
from tunewright.training.size import parameter_count
from tunewright.trials.search import Found


def opening(run: AnyRun) -> Sequence[str]:
    """What is tuned, and with which sampler where that was left open."""
    if isinstance(run, FunctionRun):
        lines, experiment, reason = [f"function  {run.experiment.function.call}"], run.experiment, run.sampler_reason
        return [*lines, f"sampler   {experiment.search.sampler}: {reason}"] if reason else lines
    prepared = run.prepared
    lines = list(prepared.card.lines())
    if isinstance(run, ImageRun):
        lines += _computing(run)
    if prepared.sampler_reason:
        lines.append(f"sampler   {prepared.experiment.search.sampler}: {prepared.sampler_reason}")
    return lines


def crew(run: AnyRun, workers: int) -> Sequence[str]:
    """How many workers there are, where they are fewer than was asked for."""
    if isinstance(run, ComparisonRun):
        return []
    experiment = run.experiment if isinstance(run, FunctionRun) else run.prepared.experiment
    lag = experiment.search.lag or workers
    return [f"workers   {lag}, not {workers}: more than search.lag would only wait"] if workers > lag else []


def closing(outcome: Outcome) -> Sequence[str]:
    """What was found."""
    if isinstance(outcome, Found):
        return _found(outcome)
    if isinstance(outcome, Compared):
        return _compared(outcome)
    if isinstance(outcome, ImageResult):
        return _judged(outcome)
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
        are = "1 trial is" if len(front) == 1 else f"{len(front)} trials are"
        lines.append(f"{are} not beaten in both objectives by any other.")
    return [*lines, f"The search ended after {counted(len(found.records), 'trial')}: {found.ended}."]


def _compared(outcome: Compared) -> Sequence[str]:
    lines = [outcome.sentence, "", f"error in units of the last value's, and its change ({CONFIDENCE:.0%} interval)"]
    width = max(len(variant.name) for variant in outcome.variants)
    for variant in outcome.variants:
        line, change = f"{variant.name:<{width}}  {variant.score:.4f}", variant.change
        if change is not None:
            shares = (
                f"{100 * share:+.2f} %".replace("-", "\N{MINUS SIGN}")
                for share in (change.change, change.low, change.high)
            )
            line += "  {:>9}  ({} to {})".format(*shares) + f"  {p_value(change.p)}"
        lines.append(line)
    return lines


def _computing(run: ImageRun) -> Sequence[str]:
    compute = run.prepared.experiment.compute
    lines = [f"warning   {warning}" for warning in run.prepared.warnings]
    return [
        *lines,
        f"compute   {compute.device}, {compute.precision}, {counted(int(compute.threads), 'thread')} a training",
    ]


def _judged(outcome: ImageResult) -> Sequence[str]:
    lines = [outcome.judgement.verdict]
    if outcome.bias is not None:
        lines.append(outcome.bias.sentence())
    lines += [f"{name} is left out: it could not be trained: {why}" for name, why in outcome.final.failed.items()]
    if len(outcome.results) == 1:
        return lines
    head = "on the sealed test"
    width = max(len(head), *(len(one.name) for one in outcome.results))
    mean = "mean " if any(len(one.seeds.accuracies) > 1 for one in outcome.results) else ""
    lines += ["", f"{head:<{width}}  parameters  {mean}accuracy"]
    for model, one in zip(outcome.final.models, outcome.results, strict=True):
        parameters = parameter_count(model.classifiers[0].model)
        lines.append(f"{one.name:<{width}}  {parameters:>10,}  {100 * one.seeds.mean:.2f} %")
    return lines
