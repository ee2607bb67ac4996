"""This process as the driver of a Ray cluster, quietly; what is wrong with it is said in one line."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.words import not_installed, told
from tunewright.trials.executors import available_workers

_PATIENCE = 5.0
"""Seconds in which a cluster's address must answer."""
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
"""For a Ray of ours: it tells nobody of its use. What the user has set counts."""
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
"""How HTTP/2 begins, which Ray speaks (RFC 9113, 3.4): a fixed text and an empty frame of settings."""


def cluster_address(given: str | None) -> str | None:
    """Of the cluster that is meant; None is a Ray of this machine alone."""
    return given or os.environ.get("RAY_ADDRESS") or None


def see_that_it_can_be(given: str | None) -> None:
    """Raises ConfigError where Ray is not installed or nobody answers at the address."""
    if find_spec("ray") is None:
        raise ConfigError(not_installed("Ray", extra="ray"))
    if (address := cluster_address(given)) is None or address in ("auto", "local"):
        return
    host, colon, port = address.rpartition(":")
    if not colon or not host or "/" in address or not port.isdecimal():
        raise ConfigError(
            f"address: expected HOST:PORT or auto, found {address!r}; this program runs on a node of the cluster, "
            "for example as `ray job submit` runs it there"
        )
    try:
        _greet(host.strip("[]"), int(port))
    except (OSError, OverflowError) as error:
        raise ConfigError(
            f"address: no Ray cluster answers at {address} ({told(error)}); begin one there with "
            f"`ray start --head --port={port}`, or leave the address out for a Ray of this machine alone"
        ) from None


def _greet(host: str, port: int) -> None:
    """Raises OSError where nobody answers, or one who is not of Ray's kind: Ray itself would try for minutes."""
    with socket.create_connection((host, port), timeout=_PATIENCE) as line:
        if os.environ.get("RAY_USE_TLS") == "1":
            return
        line.sendall(_GREETING)
        answer = line.recv(9)
    if len(answer) < 4 or answer[3] != 4:
        raise ConnectionError("something else does")


@contextmanager
def connected(given: str | None) -> Iterator[bool]:
    """With a connection, which is ended if it was begun here; whether other machines may join. Raises ConfigError."""
    see_that_it_can_be(given)
    with _own_signals(), _environment(_QUIET):
        import ray
        from ray._private import worker
    if ray.is_initialized():
        yield not getattr(getattr(worker, "_global_node", None), "head", False)
        return
    address = cluster_address(given)
    with _quiet(worker):
        with _own_signals(), _environment(_QUIET), _stderr_closed():
            _begin(ray, None if address == "local" else address)
        try:
            yield address not in (None, "local")
        finally:
            ray.shutdown()


def _begin(ray: Any, address: str | None) -> None:
    own: dict[str, Any] = {} if address else {"num_cpus": available_workers(), "include_dashboard": False}
    try:
        ray.init(address=address or "local", configure_logging=False, log_to_driver=False, **own)
    except Exception as error:  # Ray has many, RuntimeError and ConnectionError among them
        ray.shutdown()  # what it had begun
        raise ConfigError(_line(error, address)) from None


def _line(error: Exception, address: str | None) -> str:
    text = str(error)
    if address is None:
        return f"Ray did not start on this machine: {told(error)}"
    if "ersion mismatch" in text:
        mend = "install the versions of the cluster here, or those of here on all of its nodes"
        return f"address: the cluster at {address} has another Ray or Python than this machine: {told(error)}; {mend}"
    if isinstance(error, ConnectionError) and address == "auto":
        return "address: no Ray cluster runs on this machine; join one with `ray start --address=HOST:PORT` first"
    return (
        f"address: this machine cannot work with the Ray cluster at {address}: {told(error)}; see that it is a node of "
        f"it (`ray start --address={address}`) and has its token, with RAY_AUTH_MODE=token, if it asks for one"
    )


@contextmanager
def _quiet(worker: Any) -> Iterator[None]:
    """Nothing on the terminal: Ray's log, and the lines about workers that have died, which it prints on stdout
    whatever is asked of its log. We say so ourselves."""
    log, lines = logging.getLogger("ray"), getattr(worker, "print_to_stdstream", None)
    level = log.level
    log.setLevel(logging.CRITICAL)
    worker.print_to_stdstream = lambda *given, **more: None
    try:
        yield
    finally:
        log.setLevel(level)
        worker.print_to_stdstream = lines


@contextmanager
def _stderr_closed() -> Iterator[None]:
    """To C++ as well, which writes there once a second while it tries to connect; what came of it is raised."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


@contextmanager
def _own_signals() -> Iterator[None]:
    """Ray puts an answer of its own to SIGTERM in the place of this program's."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _environment(added: Mapping[str, str]) -> Iterator[None]:
    """For processes that begin inside. What the user has set counts."""
    fresh = [name for name in added if name not in os.environ]
    os.environ.update({name: added[name] for name in fresh})
    try:
        yield
    finally:
        for name in fresh:
            os.environ.pop(name, None)
