"""Plain functions as a kind of experiment."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tunewright.core.plugins import later, loaded
from tunewright.experiment.describing import validated
from tunewright.functions.settings import FunctionExperiment, check_function, function_space
from tunewright.runs.kind import Kind


def _check(values: Mapping[str, Any], base: Path) -> FunctionExperiment:
    experiment = validated(FunctionExperiment, values)
    return check_function(experiment, base)


def _ended(results: Mapping[str, Any]) -> str:
    return f"lowest value {results['study']['best']['score']:.6g}"


FUNCTIONS: Kind[FunctionExperiment] = Kind(
    names=("function",),
    noun="an experiment on a function",
    check=_check,
    life=partial(loaded, "tunewright.functions.life:LIFE"),
    page=later("tunewright.functions.page:function_page"),
    space=function_space,
    compare=later("tunewright.functions.comparing:compare_functions"),
    ended=_ended,
)
