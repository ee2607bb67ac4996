"""What a Ray worker does with one job. All of it that stays in the process from one job to the next is the
objective."""

import os
import pickle
import platform
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tunewright import __version__
from tunewright.core.words import told
from tunewright.trials.cluster.tokens import Token
from tunewright.trials.jobs import Parcel

CARRIED = ("TUNEWRIGHT_GPU", "KERAS_BACKEND")
"""Variables of the coordinator's environment that decide on what is computed."""


@dataclass(frozen=True)
class Home:
    """How it is where the coordinator is. key: of the objective. folder: it works in. path: where it finds modules.
    token: of the folder that a worker must see as well. version: of this package."""

    key: str
    folder: str
    path: tuple[str, ...]
    environment: Mapping[str, str]
    token: Token | None = None
    version: str = __version__


@dataclass(frozen=True)
class NotBegun:
    """A job could not begin. blind: the node does not see the folder of the token."""

    node: str
    reason: str
    blind: bool = False


@dataclass(frozen=True)
class _Packed:
    key: str
    content: Any = field(compare=False, repr=False)


def carry_out(content: Any, home: Home, parcel: Parcel[Any], parts: Sequence[Any]) -> Iterator[Any]:
    """The job's events, or why it could not begin. content: the objective as pickle wrote it, a view of the node's
    memory that all its workers share. parts: of the job's past, by reference, in order."""
    if home.version != __version__:
        yield NotBegun(platform.node(), f"it has tunewright {__version__}, and the coordinator {home.version}")
        return
    if home.token is not None and not home.token.seen():
        yield NotBegun(platform.node(), str(home.token.path.parent), blind=True)
        return
    _settle(home)
    try:
        objective = _unpacked(_Packed(home.key, content))
    except Exception as error:  # the user's own modules may raise anything
        yield NotBegun(platform.node(), told(error))
        return
    past = [record for part in parts for record in _fetched(part)]
    yield from parcel.opened(past).run(objective)


@lru_cache(maxsize=1)
def _unpacked(packed: _Packed) -> object:
    """Once for all jobs of a search that this process gets, so that what the objective caches lives on."""
    return pickle.loads(packed.content)


@lru_cache(maxsize=1024)
def _fetched(part: Any) -> Sequence[Any]:
    """Once for all jobs that this process gets."""
    import ray

    found: Sequence[Any] = ray.get(part)
    return found


def _settle(home: Home) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # one that comes up is the objective's own, as in other workers
    os.environ.update(home.environment)
    sys.path.extend(one for one in home.path if one not in sys.path)  # after the node's own
    with suppress(OSError):  # as it is with processes, where this node has the folder
        os.chdir(home.folder)
