"""The time of day by a clock that cannot be set: what began at one reading and ended at another lasted between them."""

import time

_SET, _RUNNING = time.time(), time.monotonic()


def unix_now() -> float:
    """Unix time in seconds, as the computer's clock had it when this process began, and steady from there on."""
    return _SET + time.monotonic() - _RUNNING
