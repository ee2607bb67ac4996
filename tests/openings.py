"""Made-up openings of sealed tests."""

from typing import Any

import numpy as np

from tunewright.runs.openings.opening import Opening, Seen


def seen(*, first: int = 18_000, days: int = 100, market: int = 0, model: int = 0) -> Seen:
    """Consecutive days of a made-up market, and a made-up model's losses there."""
    returns = np.random.default_rng(market).normal(size=60_000)[first : first + days]
    errors = returns + 0.3 * np.random.default_rng(1_000 + model).normal(size=60_000)[first : first + days]
    return Seen(
        units=np.arange(first, first + days, dtype=np.int64),
        observed=returns.astype(np.float32),
        loss=errors**2,
        benchmark_loss=returns**2,
        count=days,
    )


def opening(what: Seen | None = None, **changed: Any) -> Opening:
    told: dict[str, Any] = {
        "moment": "2026-01-02T03:04:05+00:00", "run": "/runs/one", "name": "one", "kind": "prices", "trials": 20,
        "first": "2019-04-14", "last": "2019-07-22", "seen": what or seen(), "p": 0.25, "conclusion": "no_skill",
    }  # fmt: skip
    return Opening(**{**told, **changed})
