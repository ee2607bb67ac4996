"""A clock that is set while a study is under way changes no duration."""

import time

import pytest

from tunewright.core.clock import unix_now
from tunewright.search.memory import MemoryLedger
from tunewright.search.stopping import searched_seconds


@pytest.mark.parametrize("jump", [-1e6, 1e6])
def test_a_clock_that_is_set_moves_no_reading(jump: float, monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = unix_now(), time.time
    ledger = MemoryLedger()
    ledger.begin(0, {})
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    ledger.begin(1, {})
    assert before <= unix_now() < before + 60
    assert 0 <= searched_seconds(ledger.records(), unix_now()) < 60


def test_it_is_the_time_of_day() -> None:
    assert abs(unix_now() - time.time()) < 3600
