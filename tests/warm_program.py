"""The program as a process of its own that need not import torch first: the server of the tests' workers has.

It hears signals and dies as any process does, which is what its tests are about. What a shell starts, with its console
script and its imports, is `cli_helpers.start`.
"""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A process under way; its output is read line by line."""

    process: BaseProcess
    stdout: TextIOWrapper
    stderr: TextIOWrapper

    def await_line(self, part: str) -> None:
        """Read on to the line with this in it."""
        assert any(part in said for said in self.stdout), f"the program ended too early: {self.stderr.read()}"

    def end(self, sent: signal.Signals) -> tuple[int | None, str]:
        """Send the signal; the exit code, and what was said on stderr."""
        assert self.process.pid is not None
        os.kill(self.process.pid, sent)
        self.stdout.read()
        said = self.stderr.read()
        self.process.join(timeout=60)
        return self.process.exitcode, said


@contextmanager
def warm(*arguments: str | Path) -> Iterator[Program]:
    """The program with these arguments, in the current folder and environment; killed at the end."""
    context = multiprocessing.get_context("forkserver")
    (out, theirs_out), (err, theirs_err) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    given = ([str(argument) for argument in arguments], dict(os.environ), theirs_out, theirs_err)
    process = context.Process(target=_run, args=given)
    process.start()
    theirs_out.close()
    theirs_err.close()
    try:
        with os.fdopen(os.dup(out.fileno())) as stdout, os.fdopen(os.dup(err.fileno())) as stderr:
            yield Program(process, stdout, stderr)
    finally:
        process.kill()
        process.join()


def _run(arguments: list[str], environment: dict[str, str], out: Connection, err: Connection) -> None:
    from tunewright.cli.main import app

    for line, number in ((out, 1), (err, 2)):
        os.dup2(line.fileno(), number)
        line.close()
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Its workers come from the server that it came from: one of its own would import everything again.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    forkserver.ensure_running = forkserver._forkserver.ensure_running
    app(arguments, prog_name="tunewright")
