"""Experiments on plain functions: what their file may say."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from tunewright.core.errors import ConfigError
from tunewright.core.space import Choice, Space
from tunewright.experiment.locating import with_full_path
from tunewright.experiment.pruning import PruningSettings
from tunewright.experiment.resources import ResourceSettings
from tunewright.experiment.sections import ParameterSettings, Section, Starts, space_of
from tunewright.experiment.starts import RUN, written_out
from tunewright.experiment.stopping import StopSettings
from tunewright.experiment.tracking import Trackers
from tunewright.experiment.transfer import TransferSettings, with_transfer
from tunewright.experiment.values import Lag, Name, SamplerName, Seed, Startup, Trials
from tunewright.functions.calling import located_objective
from tunewright.functions.plane import check_plane
from tunewright.search.samplers.choosing import check_fits
from tunewright.search.transfer.background import Background


class FunctionSettings(Section):
    """call: "package.module:name" or "path/file.py:name". draw_surface: evaluate it all over, for the report."""

    call: str
    draw_surface: bool = False


class FunctionSearchSettings(Section):
    sampler: SamplerName = "auto"
    trials: Trials = 100
    lag: Lag | None = None
    startup_trials: Startup = 4


class FunctionExperiment(Section):
    """One experiment on a function. Ranges of [space] whose numbers are all whole are of whole numbers."""

    kind: Literal["function"]
    name: Name = "experiment"
    seed: Seed = 0
    function: FunctionSettings
    search: FunctionSearchSettings = FunctionSearchSettings()
    pruner: PruningSettings = PruningSettings(name="none")
    stop: StopSettings = StopSettings()
    resources: ResourceSettings = ResourceSettings()
    trackers: Trackers = Field([])
    space: dict[str, ParameterSettings] = Field(min_length=1)
    start: Starts = Field([])
    transfer: TransferSettings = TransferSettings()

    @field_validator("pruner", mode="before")
    @classmethod
    def _unless_named(cls, value: Any) -> Any:
        return {"name": "none", **value} if isinstance(value, dict) else value


def check_function(experiment: FunctionExperiment, base: Path) -> FunctionExperiment:
    """The experiment with its file by full path, its starts and earlier runs written out. Raises ConfigError where
    parts do not fit.

    base: the folder from which a relative path of the function starts.
    """
    space = function_space(experiment)
    if RUN in space.parameters:
        raise ConfigError(f"[space] {RUN}: [[start]] has another use for this name; take another")
    if experiment.search.sampler != "auto":
        _check_sampler(experiment.search.sampler, space)
    if experiment.function.draw_surface:
        check_plane(space, "function.draw_surface")
    try:
        call = with_full_path(experiment.function.call, base)
        located_objective(call)
    except ConfigError as error:
        raise ConfigError(f"function.call: {error}") from None
    function = experiment.function.model_copy(update={"call": call})
    changed = {"function": function, "start": written_out(experiment.start, space)}
    # A function has no values but those of its space.
    return with_transfer(experiment.model_copy(update=changed), space, reading=lambda content: Background())


def function_space(experiment: FunctionExperiment) -> Space:
    """The space of the experiment. Raises ConfigError."""
    return space_of(experiment.space, whole=_whole)


def _whole(name: str, given: ParameterSettings) -> bool:
    return all(isinstance(number, int) for number in (given.low, given.high, given.step) if number is not None)


def _check_sampler(name: str, space: Space) -> None:
    try:
        check_fits(name, space)
    except ConfigError as error:
        stepless = [name for name, one in space.parameters.items() if not isinstance(one, Choice) and one.step is None]
        steps = " ".join(f"--set space.{name}.step=1" for name in stepless)
        raise ConfigError(f"{error}, for example with {steps}" if name == "grid" and stepless else str(error)) from None
