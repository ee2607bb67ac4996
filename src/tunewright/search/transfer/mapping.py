"""Trials of one study in the space of another."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tunewright.core.space import Params, Real, Space, Value
from tunewright.search.records import TrialRecord
from tunewright.search.samplers.cube import from_unit
from tunewright.search.transfer.background import Background
from tunewright.search.transfer.earlier import Tried, scored, standings


@dataclass(frozen=True)
class Fitted:
    """What a study tells of a new space. trials: those that lie in it. shared: parameters that both tune. held: those
    that the study did not tune, with the values at which they stood. unknown: those of which it has none in their
    range. partly: of how many trials a value of another parameter is not known. What is not known is drawn at random.
    varied: what varied there, or stood at another value, and is not tuned here. others: how many trials are of another
    model, by what makes it one. outside: how many have a value out of its range."""

    trials: tuple[Tried, ...]
    shared: tuple[str, ...]
    held: Mapping[str, tuple[Value, ...]]
    unknown: tuple[str, ...]
    partly: Mapping[str, int]
    varied: tuple[str, ...]
    others: Mapping[str, int]
    outside: int


def fitted_to(
    space: Space, records: Sequence[TrialRecord], *, tuned: Collection[str], background: Background
) -> Fitted:
    """tuned: names of the study's own parameters."""
    shared = tuple(name for name in space.parameters if name in tuned)
    own, others = _of_the_same(scored(records) if shared else [], background)
    stood = [_stood(space, record.params, tuned, background) for record in own]
    rng, found, kept, missing = np.random.default_rng(0), list[Tried](), list[TrialRecord](), Counter[str]()
    ranked = standings([one.score for one in own if one.score is not None])
    for record, values, standing in zip(own, stood, ranked, strict=True):
        drawn = {name: from_unit(parameter, rng.random()) for name, parameter in space.parameters.items()}
        known = {**values, **{name: one for name, one in record.params.items() if name in shared}}
        params = _in(space, {**drawn, **known})
        if params is not None:
            found.append(Tried(params, standing))
            kept.append(record)
            missing.update(name for name in params if name not in known)
    held = {name: _different([one[name] for one in stood if name in one]) for name in space.parameters}
    held = {name: values for name, values in held.items() if values}
    unknown = tuple(name for name in space.parameters if name not in tuned and name not in held)
    return Fitted(
        trials=tuple(found),
        shared=shared,
        held=held,
        unknown=unknown,
        partly={name: missing[name] for name in space.parameters if missing[name] and name not in unknown},
        varied=tuple(name for name in tuned if name not in space.parameters and _varied(name, kept, background.here)),
        others=others,
        outside=len(own) - len(found),
    )


def _of_the_same(records: Sequence[TrialRecord], background: Background) -> tuple[list[TrialRecord], Counter[str]]:
    """The trials of models that are tried in the new study, and how many others there are."""
    own, others = list[TrialRecord](), Counter[str]()
    for record in records:
        if what := background.other(record.params):
            others[what] += 1
        else:
            own.append(record)
    return own, others


def _stood(space: Space, params: Params, tuned: Collection[str], background: Background) -> dict[str, Value]:
    """Where in a trial the parameters stood that its study did not tune, as far as that is in their range."""
    values = {name: one for name, one in background.stood(params).items() if name not in tuned}
    return {name: one for name, one in values.items() if name in space.parameters and one in space.parameters[name]}


def _varied(name: str, records: Sequence[TrialRecord], here: Params) -> bool:
    values = [record.params[name] for record in records if name in record.params]
    return len(_different([*values, here[name]] if values and name in here else values)) > 1


def _different(values: Sequence[Value]) -> tuple[Value, ...]:
    # True equals 1 in Python, but it is another value.
    return tuple({(isinstance(one, bool), one): one for one in values}.values())


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
