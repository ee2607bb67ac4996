"""A sampler that knows earlier studies: it sees their trials beside those of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tunewright.core.space import Params, Space, Value
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.transfer.earlier import Earlier, Expectation, Tried, agreement, scored, standings

_FEWEST = 4
"""Trials of its own by which a study can judge what was expected of them."""
_MOST = 100
"""Earlier trials shown at first."""


@dataclass(frozen=True)
class Informed:
    """`sampler`, shown a history that begins with trials of earlier studies: fewer of them the more the study has of
    its own, so that they soon weigh little, and the less these bear them out.

    worth: with so many trials of its own a study shows half of the earlier ones.
    """

    space: Space
    studies: tuple[Earlier, ...]
    sampler: Sampler
    worth: float = 2.0

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        if any(one.cost is not None for one in history):  # two objectives make no ranking
            return self.sampler.propose(space, history, seed=seed)
        own = scored(history)
        expected = self._expected(own)
        scores = [one.score for one in own if one.score is not None]
        share = self.worth / (self.worth + len(own)) * trust(expected, scores)
        shown = [self._records[index] for index in self._order[: round(share * len(self._order))]]
        if not shown:
            return self.sampler.propose(space, history, seed=seed)
        found = dict(zip((one.number for one in own), standings(scores) + expected.mean() if own else [], strict=True))
        for record in history:
            score = found.get(record.number)
            shown.append(record if score is None else _standing(record.params, float(score)))
        return self.sampler.propose(space, [replace(one, number=number) for number, one in enumerate(shown)], seed=seed)

    def _expected(self, own: Sequence[TrialRecord]) -> np.ndarray:
        if not own:
            return np.zeros(0)
        configurations = [record.params for record in own]
        return np.asarray(np.mean([one.of(configurations) for one in self._expectations], axis=0))

    @cached_property
    def _expectations(self) -> list[Expectation]:
        return [Expectation(self.space, one) for one in self.studies]

    @cached_property
    def _pool(self) -> list[Tried]:
        """Of each study as many trials as it has a word."""
        found: list[Tried] = []
        for study, expectation in zip(self.studies, self._expectations, strict=True):
            order = np.random.default_rng(0).permutation(len(study.trials))
            found += [study.trials[index] for index in order[: round(expectation.word * len(order))]]
        return found

    @cached_property
    def _records(self) -> list[TrialRecord]:
        return [_standing(one.params, one.standing) for one in self._pool]

    @cached_property
    def _order(self) -> list[int]:
        """Such that each beginning of it has all studies and good and bad trials in equal shares."""
        order = np.random.default_rng(0).permutation(len(self._pool))
        return [int(one) for one in order[:_MOST]]


def trust(expected: np.ndarray, scores: Sequence[float]) -> float:
    """From 0 to 1: how far the study's own scores bear out what was expected of them."""
    return float(np.clip(0.5 + agreement(expected, scores) / 2, 0.0, 1.0)) if len(scores) >= _FEWEST else 1.0


def _standing(params: Params, score: float) -> TrialRecord:
    return TrialRecord(0, State.COMPLETE, params, score, (score,))
