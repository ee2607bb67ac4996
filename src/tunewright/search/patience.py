"""Waiting for a server that was there and is away: what it was asked for is asked again, for a while."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from tunewright.core.errors import RunFolderError
from tunewright.core.secrets import cause_without_secrets, without_secrets
from tunewright.core.words import duration, harmless
from tunewright.search.server import Away

T = TypeVar("T")

LONGEST = 600.0
"""Seconds after which a server is not waited for any more."""

_FIRST, _LAST = 0.05, 2.0
"""Seconds between two tries: at first, doubled after each, and at most."""


class Patience:
    """With the server of one study. Once it has ended, or the user has interrupted it, there is none left."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ended = False

    def through(self, work: Callable[[bool], T]) -> T:
        """What `work` returns, which is called again while the server is away; it is told whether it was before, and
        so may have been carried out without our hearing of it. Raises RunFolderError where the server stays away."""
        try:
            return work(False)
        except Away as away:
            if self._ended:
                raise self._given_up(away) from None
            try:
                return self._again(work, away)
            except BaseException:
                self._ended = True
                raise

    def _again(self, work: Callable[[bool], T], away: Away) -> T:
        began, pause, said = time.monotonic(), _FIRST, False
        while (waited := time.monotonic() - began) < LONGEST:
            if waited > 1 and not said:
                self._say(f"does not answer ({self._cause(away)}); waiting for it, {duration(LONGEST)} at most")
                said = True
            time.sleep(pause)
            pause = min(2 * pause, _LAST)
            try:
                result = work(True)
            except Away as error:
                away = error
                continue
            if said:
                self._say(f"is back after {duration(time.monotonic() - began)}; going on")
            return result
        raise self._given_up(away) from None

    def _given_up(self, away: Away) -> RunFolderError:
        return RunFolderError(
            f"the server of the study at {without_secrets(self._url)!r} is away: {self._cause(away)}; everything told "
            "before is saved: see that it runs, then resume"
        )

    def _cause(self, away: Away) -> str:
        lines = cause_without_secrets(str(away.__cause__), self._url).splitlines()
        return harmless(lines[0]) if lines else "no connection"

    def _say(self, what: str) -> None:
        print(f"the server of the study at {without_secrets(self._url)!r} {what}", file=sys.stderr, flush=True)
