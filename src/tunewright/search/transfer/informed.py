"""A sampler that knows earlier studies: it sees their trials beside those of its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tunewright.core.space import Params, Space, Value
from tunewright.search.records import State, TrialRecord
from tunewright.search.samplers.proposing import Sampler
from tunewright.search.transfer.earlier import Earlier, Expectation, Tried, agreement, scored, standings, weighed

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
        own = scored(history)
        expected = self._expected(own)
        scores = [one.score for one in own if one.score is not None]
        share = self.worth / (self.worth + len(own)) * trust(expected, scores)
        shown = list(self._records[: round(share * len(self._records))])
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
        return weighed(self._expectations, [one.of(configurations) for one in self._expectations])

    @cached_property
    def _expectations(self) -> list[Expectation]:
        return [Expectation(self.space, one) for one in self.studies]

    @cached_property
    def _records(self) -> list[TrialRecord]:
        return [_standing(one.params, one.standing) for _, one in pool(self.studies, self._expectations)]


def pool(studies: Sequence[Earlier], expectations: Sequence[Expectation]) -> list[tuple[Earlier, Tried]]:
    """The trials that are shown before the new study has any: of each study the more, the further it bears itself out.

    Each beginning of them has all studies and good and bad trials in equal shares.
    """
    found: list[tuple[Earlier, Tried]] = []
    for study, expectation in zip(studies, expectations, strict=True):
        order = np.random.default_rng(0).permutation(len(study.trials))
        found += [(study, study.trials[index]) for index in order[: round(expectation.word * len(order))]]
    return [found[index] for index in np.random.default_rng(0).permutation(len(found))[:_MOST]]


def counts(space: Space, studies: Sequence[Earlier]) -> list[int]:
    """How many trials of each study are shown before the new one has any."""
    names = Counter(study.name for study, _ in pool(studies, [Expectation(space, one) for one in studies]))
    return [names[study.name] for study in studies]


def trust(expected: np.ndarray, scores: Sequence[float]) -> float:
    """From 0 to 1: how far the study's own scores bear out what was expected of them."""
    return float(np.clip(0.5 + agreement(expected, scores) / 2, 0.0, 1.0)) if len(scores) >= _FEWEST else 1.0


def _standing(params: Params, score: float) -> TrialRecord:
    return TrialRecord(0, State.COMPLETE, params, score, (score,))
