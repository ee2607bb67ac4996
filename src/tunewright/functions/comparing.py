"""Runs on functions side by side: the lowest value that each found, which is one number and no sample."""

from collections.abc import Sequence

from tunewright.core.errors import ConfigError
from tunewright.report.compared.outcome import Contender, Contest, Measure
from tunewright.report.reading import study_of
from tunewright.runs.finished import Finished

LOWEST = Measure(noun="lowest value", head="Lowest value", hint="Lowest value: the least that the function returned.")
UNTESTED = (
    "A search of a function comes to one lowest value, which is no sample of losses, so nothing says how much of a "
    "difference is chance: repeat the search from several seeds to see how far its value scatters."
)


def compare_functions(runs: Sequence[Finished]) -> Contest:
    """Shown beside each other. Raises ConfigError where they are of different functions."""
    functions = {run.label: str(run.record["provenance"].get("function")) for run in runs}
    if len(set(functions.values())) > 1:
        told = " and ".join(f"{function} ({label})" for label, function in functions.items())
        raise ConfigError(f"expected runs of one function, found {told}; leave the others out")
    contenders = tuple(_contender(run) for run in runs)
    lowest = min(contenders, key=lambda one: one.value)
    alike = [one.label for one in contenders if one.value == lowest.value]
    found = f"The lowest value is {lowest.told}, found by {' and '.join(alike)}."
    return Contest(LOWEST, contenders, untested=f"{found} {UNTESTED}")


def _contender(run: Finished) -> Contender:
    study = study_of(run.folder / "results.json", run.results)
    value = study.best.score if study.best else float("inf")
    return Contender(run.label, str(run.folder), run.ended, value, f"{value:.6g}")
