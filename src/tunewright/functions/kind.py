"""Plain functions as a kind of experiment."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tunewright.core.errors import ConfigError
from tunewright.experiment.describing import describe
from tunewright.functions.settings import FunctionExperiment, check_function, function_space
from tunewright.runs.kind import Kind

if TYPE_CHECKING:
    from tunewright.report.page import Page
    from tunewright.runs.life import Life


def _check(values: Mapping[str, Any], base: Path) -> FunctionExperiment:
    try:
        experiment = FunctionExperiment.model_validate(values)
    except ValidationError as error:
        raise ConfigError(describe(error, FunctionExperiment)) from None
    return check_function(experiment, base)


def _life() -> "Life[FunctionExperiment, Any, Any]":
    from tunewright.functions.life import LIFE

    return LIFE


def _page(folder: Path, record: Mapping[str, Any]) -> "Page":
    from tunewright.functions.page import function_page

    return function_page(folder, record)


FUNCTIONS: Kind[FunctionExperiment] = Kind(
    names=("function",),
    noun="an experiment on a function",
    check=_check,
    life=_life,
    page=_page,
    space=function_space,
)
