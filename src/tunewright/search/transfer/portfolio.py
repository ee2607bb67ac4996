"""Which configurations to try first: those that complement one another over earlier studies."""

from collections.abc import Sequence

import numpy as np

from tunewright.core.space import Params, Space
from tunewright.search.transfer.earlier import Earlier, Expectation, weighed

_BEST = 0.25
"""Of each study's trials, those that may be in a portfolio."""


def portfolio(space: Space, studies: Sequence[Earlier], size: int) -> tuple[Params, ...]:
    """Up to `size` configurations, the most useful first, of the best of each study.

    Greedily, as zero-shot portfolios are built (Feurer et al. 2022, section 3.2.1; Pfisterer et al. 2021): each next
    one is that with which the best of the portfolio stands best, on average over the studies, each by how far it bears
    itself out. How a configuration stands in a study that did not try it is expected of a forest of trees.
    """
    candidates = _candidates(studies)
    if not candidates:
        return ()
    expectations = [Expectation(space, one) for one in studies]
    expected = np.array([one.of(candidates) for one in expectations])  # (studies, candidates)
    alone = weighed(expectations, expected)
    chosen: list[int] = []
    best = np.full(len(studies), np.inf)
    while len(chosen) < min(size, len(candidates)):
        means = weighed(expectations, np.minimum(best[:, None], expected))
        means[chosen] = np.inf
        # Where none adds anything, the one that stands best on its own.
        order = np.lexsort((alone, means))
        chosen.append(int(order[0]))
        best = np.minimum(best, expected[:, chosen[-1]])
    return tuple(candidates[index] for index in chosen)


def _candidates(studies: Sequence[Earlier]) -> list[Params]:
    found: list[Params] = []
    for study in studies:
        ordered = sorted(study.trials, key=lambda one: one.standing)
        for one in ordered[: max(1, round(_BEST * len(ordered)))]:
            if one.params not in found:
                found.append(one.params)
    return found
