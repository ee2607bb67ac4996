"""Trials of one study in the space of another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tunewright.core.space import Params, Real, Space, Value
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.cube import from_unit
from tunewright.search.transfer.earlier import Tried, scored, standings


@dataclass(frozen=True)
class Fitted:
    """What a study tells of a new space. trials: those that lie in it. shared: parameters that both tune. held: those
    that the study did not tune, with its value of them. unknown: those of which it has none in their range, for which
    values are drawn at random. outside: how many trials have a value out of its range."""

    trials: tuple[Tried, ...]
    shared: tuple[str, ...]
    held: Params
    unknown: tuple[str, ...]
    outside: int


def fitted_to(space: Space, records: Sequence[TrialRecord], *, tuned: Collection[str], fixed: Params) -> Fitted:
    """tuned: names of the study's own parameters. fixed: its values of the others, as far as it has them."""
    shared = tuple(name for name in space.parameters if name in tuned)
    others = [name for name in space.parameters if name not in tuned]
    held = {name: fixed[name] for name in others if name in fixed and fixed[name] in space.parameters[name]}
    unknown = tuple(name for name in others if name not in held)
    own = scored(records) if shared else []
    rng, found = np.random.default_rng(0), list[Tried]()
    for record, standing in zip(own, standings([one.score for one in own if one.score is not None]), strict=True):
        drawn = {name: from_unit(parameter, rng.random()) for name, parameter in space.parameters.items()}
        params = _in(space, {**drawn, **held, **{name: one for name, one in record.params.items() if name in shared}})
        if params is not None:
            found.append(Tried(params, standing))
    return Fitted(tuple(found), shared, held, unknown, len(own) - len(found))


def _in(space: Space, values: Params) -> dict[str, Value] | None:
    """Of these values those that apply, exactly as the space has them; None where one lies out of its range."""
    params: dict[str, Value] = {}
    for name in space.ordered():
        if space.active(name, params):
            parameter, value = space.parameters[name], values[name]
            if value not in parameter:
                return None
            params[name] = parameter.exact(float(value)) if isinstance(parameter, Real) else value
    return {name: params[name] for name in space.parameters if name in params}
