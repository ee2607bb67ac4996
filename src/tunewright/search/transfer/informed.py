"""A sampler that knows earlier studies: it sees their trials beside those of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tunewright.core.space import Space, Value
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.transfer.earlier import Earlier, Expectation, Tried, scored, standings

_MOST = 100
"""Earlier trials shown at first."""


@dataclass(frozen=True)
class Informed:
    """`sampler`, shown a history that begins with trials of earlier studies: fewer of them the more the study has of
    its own, and the less these agree with them.

    worth: of how many trials of its own they are worth.
    """

    space: Space
    studies: tuple[Earlier, ...]
    sampler: Sampler
    worth: float = 10.0

    def propose(self, space: Space, history: Sequence[TrialRecord], *, seed: int) -> dict[str, Value] | None:
        own = scored(history)
        scores = [one.score for one in own if one.score is not None]
        expected = self._expected(own)
        share = self.worth / (self.worth + len(own)) * trust(expected, scores)
        shown = [self._records[index] for index in self._order[: round(share * len(self._order))]]
        found = dict(zip((one.number for one in own), standings(scores) + expected.mean() if own else [], strict=True))
        for record in history:
            number, score = len(shown), found.get(record.number)
            if score is None:
                shown.append(replace(record, number=number))
            else:
                shown.append(TrialRecord(number, State.COMPLETE, record.params, float(score), (float(score),)))
        shown = [replace(one, number=number) for number, one in enumerate(shown)]
        return self.sampler.propose(space, shown, seed=seed)

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
        return [one for study in self.studies for one in study.trials]

    @cached_property
    def _records(self) -> list[TrialRecord]:
        return [TrialRecord(0, State.COMPLETE, one.params, one.standing, (one.standing,)) for one in self._pool]

    @cached_property
    def _order(self) -> list[int]:
        """Such that each beginning of it has all studies and good and bad trials in equal shares."""
        order = np.random.default_rng(0).permutation(len(self._pool))
        return [int(one) for one in order[:_MOST]]


def trust(expected: np.ndarray, scores: Sequence[float]) -> float:
    """From 0 to 1: how far the study's own scores bear out what was expected of them."""
    from scipy.stats import kendalltau

    count = len(scores)
    if count < 6 or np.ptp(expected) == 0:
        return 1.0
    tau = float(kendalltau(expected, scores).statistic)
    spread = (2 * (2 * count + 5) / (9 * count * (count - 1))) ** 0.5
    return float(np.clip(0.5 + tau / (2 * spread), 0.0, 1.0))
