"""A plain Python function as the objective of a search: how it is called, and what its answer must be."""

import inspect
import math
import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tunewright.core.codec import Json
from tunewright.core.errors import ConfigError, TrialFailure, TrialInfeasible, TrialPruned
from tunewright.core.global_seeds import global_seeds
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.core.words import one_line
from tunewright.experiment.locating import locate

if TYPE_CHECKING:
    from tunewright.trials.rungs import Rungs

Function = Callable[..., Any]
"""`function(params)` or `function(params, report)`; returns a number, or two where there are two objectives."""


@dataclass(frozen=True)
class Answer:
    """What a function returned: low is good in both."""

    score: float
    cost: float | None = None

    def detail(self) -> dict[str, Json]:
        return {}


@dataclass(frozen=True)
class FunctionObjective:
    """Calls the function once for each trial; it gets a copy of the configuration and, where it takes it, `report`.

    What it draws from `random`, NumPy or torch without a seed starts anew from the trial's seed.
    """

    function: Function
    reports: bool

    @property
    def folds(self) -> int:
        return 1

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: "Rungs") -> Answer:
        reporter = Reporter(rungs)
        given = (dict(params), reporter) if self.reports else (dict(params),)
        try:
            with global_seeds(seeds.integer("globals", bits=32)):
                returned = self.function(*given)
        except TypeError as error:
            if "'dict'" not in str(error):
                raise
            shown = _short(dict(params))
            raise TypeError(f"{error} (the function gets one configuration, here {shown})") from error
        except SystemExit as error:
            raise TrialFailure(f"the function ended the program with exit code {error.code!r}") from error
        if reporter.ended is not None:
            raise reporter.ended  # the function has caught it on the way, with `except Exception` for example
        return answer(returned)


class Reporter:
    """What a function gets as `report`: `report(epoch, value)` is a rung, at which the trial may be pruned."""

    def __init__(self, rungs: "Rungs") -> None:
        self._rungs = rungs
        self._epoch = 0
        self.ended: TrialPruned | TrialInfeasible | None = None

    def __call__(self, epoch: int, value: float) -> None:
        """epoch: a whole number from 1, each above the last. value: what the score would be now. Raises TrialPruned and
        TrialInfeasible."""
        self._epoch = _next_epoch(epoch, self._epoch)
        try:
            self._rungs.report(self._epoch, _finite(value, f"report({epoch}, ...) was given"))
        except (TrialPruned, TrialInfeasible) as error:
            self.ended = error
            raise


def objective_of(function: Function, names: Collection[str] = ()) -> FunctionObjective:
    """The objective that calls this function. names: of the space's parameters, which are no arguments of its own.

    Raises ConfigError where it takes other arguments.
    """
    if not callable(function):
        raise ConfigError(f"expected a function of (params) or (params, report), found {function!r}")
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some of those written in C have none
        return FunctionObjective(function, reports=False)
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    spread = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [one for one in parameters if one.default is one.empty and one.kind not in variable]
    reports = len(positional) > 1 and (positional[1] in needed or positional[1].name == "report")
    taken = positional[: 2 if reports else 1]
    if len(taken) == 2 and {one.name for one in taken} <= set(names):
        raise ConfigError(
            f"{name_of(function)} must take (params) or (params, report), found {inspect.signature(function)}: it gets "
            f"one configuration, with params[{taken[0].name!r}] in it; put `lambda params: "
            f"{name_of(function)}(**params)` in its place"
        )
    if (not taken and not spread) or any(one not in taken for one in needed):
        raise ConfigError(
            f"{name_of(function)} must take (params) or (params, report), found {inspect.signature(function)}; "
            "give what else it needs a default, or fix it with functools.partial"
        )
    return FunctionObjective(function, reports)


def name_of(function: Function) -> str:
    """What the function is called; the name of its type where it has none of its own."""
    return str(getattr(function, "__qualname__", type(function).__qualname__))


def answer(returned: Any) -> Answer:
    """The score, and the second objective where there are two.

    Raises TrialInfeasible where one is infinite, TrialFailure for anything else that is no finite number.
    """
    if isinstance(returned, tuple | list):
        if len(returned) != 2:
            raise TrialFailure(f"the function returned {len(returned)} values; expected one number, or two")
        return Answer(_finite(returned[0], "the first value is"), _finite(returned[1], "the second value is"))
    return Answer(_finite(returned, "the function returned"))


def _finite(value: Any, what: str) -> float:
    if isinstance(value, bool | str | bytes | complex) or not hasattr(value, "__float__"):
        found = "None; is a `return` missing?" if value is None else f"{_short(value)}, which is no number"
        raise TrialFailure(f"{what} {found}")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise TrialFailure(f"{what} {_short(value)}, which is no one number: {error}") from None
    if number == math.inf:
        raise TrialInfeasible(f"{what} infinity: the configuration is not allowed")
    if not math.isfinite(number):
        raise TrialFailure(f"{what} {number}, which is no finite number")
    return number


def _next_epoch(epoch: Any, last: int) -> int:
    try:
        number = operator.index(epoch)
    except TypeError:
        number = 0
    if number <= last:
        mend = "; report epoch + 1 where yours count from 0" if number == last == 0 and epoch == 0 else ""
        raise TrialFailure(
            f"report expects epochs in ascending whole numbers from 1, found {epoch!r} after {last}{mend}"
        )
    return number


def _short(value: object) -> str:
    try:
        text = one_line(repr(value))
    except Exception:  # the user's own values may fail there
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."


def located_objective(call: str) -> FunctionObjective:
    """The objective that calls the function of this place. Raises ConfigError in one line."""
    located = locate(call)
    return FunctionObjective(located, objective_of(located.function).reports)
