"""`dashboard`: optuna-dashboard on the study of a run."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tunewright.cli.saying import say
from tunewright.cli.tables import print_table
from tunewright.core.errors import ConfigError, RunFolderError
from tunewright.core.secrets import without_secrets
from tunewright.core.words import counted, not_installed

if TYPE_CHECKING:
    from optuna.storages import InMemoryStorage

# Optuna takes a second to load, so the command imports what it needs when it runs.

_RENEWED = 10.0
"""Seconds after which what is shown is read again, where somebody looks; ten times as long as that takes, if more."""


def dashboard(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder of a run, finished or not; or else --storage.")
    ] = None,
    storage: Annotated[str | None, typer.Option(help="Storage URL in which to look, from any machine.")] = None,
    study: Annotated[
        str | None, typer.Option(help="Study in the storage, or how its name begins; without it all are listed.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; others see it where that is not this machine.")] = (
        "localhost"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
) -> None:
    """Show the study of a run in optuna-dashboard, while it runs or later: a copy, so nothing there changes the run."""
    if (folder is None) == (storage is None):
        found = "neither" if folder is None else "both"
        raise ConfigError(f"expected the folder of a run or --storage with a URL, found {found}")
    if study is not None and storage is None:
        raise ConfigError("--study is for a --storage that many runs share; a folder has its own")
    if storage is not None and study is None:
        _list_studies(storage)
        return
    try:
        from optuna_dashboard import wsgi
    except ImportError:
        raise ConfigError(not_installed("optuna-dashboard", extra="dashboard")) from None
    from wsgiref.simple_server import make_server

    from tunewright.runs.showing import studies_at, studies_of

    shown = _Shown(lambda: studies_at(storage, study or "") if storage else studies_of(folder or Path()), wsgi)
    try:
        server = make_server(host, port, shown, handler_class=_quiet())
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}; give another --port, or 0 for a free one"
        ) from None
    with server:
        say(
            f"dashboard http://{host}:{server.server_port} with {counted(shown.trials, 'trial')} until now; later ones "
            "follow; Ctrl-C ends it"
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


class _Shown:
    """The dashboard of a copy, and of a newer one where it is asked for later."""

    def __init__(self, copy: "Callable[[], InMemoryStorage]", dashboard_of: Callable[..., Any]) -> None:
        self._copy, self._dashboard_of, self._until = copy, dashboard_of, 0.0
        self._renew()

    def __call__(self, *request: Any) -> Any:
        if time.monotonic() > self._until:
            try:
                self._renew()
            except RunFolderError:  # out of reach for now: the last copy serves
                self._until = time.monotonic() + _RENEWED
        return self._app(*request)

    def _renew(self) -> None:
        began = time.monotonic()
        storage = self._copy()
        self.trials = sum(storage.get_n_trials(one._study_id) for one in storage.get_all_studies())
        self._app = self._dashboard_of(storage)
        now = time.monotonic()
        self._until = now + max(_RENEWED, 10 * (now - began))


def _list_studies(url: str) -> None:
    from tunewright.search.snapshot import studies_in

    found = studies_in(url)
    if not found:
        say(f"no studies at {without_secrets(url)}")
        return
    rows = [(one.name, f"{one.trials:,}", f"{one.ended:,}", one.last or "-") for one in found]
    print_table(("Study", "Trials", "Ended", "The last (UTC)"), rows, numbers=("Trials", "Ended"))
    say("show one with --study NAME, or how its name begins")


def _quiet() -> type:
    from wsgiref.simple_server import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        """Tells the terminal of no request."""

        def log_message(self, format: str, *args: object) -> None:
            return None

    return Quiet
