"""What every sampler has to keep, for those of the package and for your own: `check_sampler(make)` in a test."""

import copy
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Integer, Params, Real, Space, Value
from tunewright.search.course import Course
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.proposing import Sampler, propose_next

SPACES: Mapping[str, Space] = MappingProxyType(
    {
        "numbers": Space({"rate": Real(1e-4, 1e-1, log=True), "share": Real(0.0, 1.0), "units": Integer(1, 512)}),
        "steps": Space({"size": Integer(1, 3), "rate": Real(0.0, 0.6, 0.3), "kind": Choice(("a", "b"))}),
        "conditions": Space(
            {
                "units_2": Integer(8, 16, 8),
                "layers": Integer(1, 3),
                "units_1": Integer(8, 16, 8),
                "slope": Real(0.0, 1.0, 0.5),
            },
            {"units_2": {"layers": (2, 3)}, "slope": {"layers": (3,), "units_2": (8,)}},
        ),
    }
)
"""Spaces to try a sampler on; all but `numbers` have a grid."""

_LAG = 3


def check_sampler(
    make: Callable[[int], Sampler], spaces: Sequence[Space] = tuple(SPACES.values()), *, trials: int = 50
) -> None:
    """Raise AssertionError, with what was expected and found, unless the sampler keeps its promises on every space.

    It is pure: the same space, history and seed give the same proposal, from another instance too, and are left as
    they were. Its proposals are in the space, with trials that failed, were pruned or still run in the history. Another
    seed gives another search, unless the sampler comes to an end. Where it says that the space is exhausted, every
    point of the grid was proposed. make: the sampler of the study with this seed; trials: how many of each search.
    """
    for space in spaces:
        one, other = _search(make, space, 1, trials), _search(make, space, 2, trials)
        for found in (one, other):
            _check_exhausted(space, found)
        assert one[-1] is None or one != other, "another seed gives another search, found the same"


def _check_exhausted(space: Space, found: Sequence[Params | None]) -> None:
    proposed = [params for params in found if params is not None]
    if len(proposed) < len(found):
        missing = [point for point in space.grid() if point not in proposed]
        assert not missing, f"a space is exhausted when its whole grid was proposed, found {missing[0]} left out"


def _search(make: Callable[[int], Sampler], space: Space, seed: int, trials: int) -> list[Params | None]:
    """The proposals of one search; None at the end where the space was exhausted."""
    records: list[TrialRecord] = []
    asked, seeds, rng = _Asked(make, seed), SeedTree(seed), np.random.default_rng(seed)
    while len(records) < trials:
        proposal = propose_next(asked, space, Course(records, _LAG), seed=seeds.integer("propose", len(records)))
        if proposal.params is None:
            return [*(record.params for record in records), None]
        assert proposal.params in space, f"a proposal is in the space, found {proposal.params}"
        records.append(_result(len(records), proposal.params, rng))
    return [record.params for record in records]


class _Asked:
    """Asks two samplers, one of them twice, and sees to it that they agree and leave alone what they are given."""

    def __init__(self, make: Callable[[int], Sampler], seed: int) -> None:
        self._samplers = [make(seed), make(seed)]
        self._samplers.append(self._samplers[0])

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        # The parameters are what a sampler could change: records themselves are frozen.
        kept = copy.deepcopy([record.params for record in history])
        answers = [sampler.propose(space, history, seed=seed) for sampler in self._samplers]
        assert answers.count(answers[0]) == len(answers), f"a sampler gives one answer to one question, found {answers}"
        assert [record.params for record in history] == kept, "a sampler leaves the history as it was"
        return answers[0]


def _result(number: int, params: Params, rng: np.random.Generator) -> TrialRecord:
    score, state = float(rng.normal()), rng.choice(("complete", "pruned", "failed"), p=(0.8, 0.1, 0.1))
    if state == "failed":
        return TrialRecord(number, State.FAILED, params)
    if state == "pruned":
        return TrialRecord(number, State.PRUNED, params, None, (score,))
    return TrialRecord(number, State.COMPLETE, params, score, (score, score))
