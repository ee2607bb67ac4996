"""`dashboard`: optuna-dashboard on the study of a run."""

from pathlib import Path
from typing import Annotated

import typer

from tunewright.cli.saying import say
from tunewright.core.errors import ConfigError
from tunewright.core.words import counted, not_installed

# Optuna takes a second to load, so the command imports what it needs when it runs.


def dashboard(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a run, finished or not.")],
    host: Annotated[str, typer.Option(help="Address to listen on; others see it where that is not this machine.")] = (
        "localhost"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
) -> None:
    """Show the study of a run in optuna-dashboard, as it is now: a copy, so that nothing there changes the run."""
    try:
        from optuna_dashboard import wsgi
    except ImportError:
        raise ConfigError(not_installed("optuna-dashboard", extra="dashboard")) from None
    from wsgiref.simple_server import make_server

    from tunewright.runs.showing import studies_of

    storage = studies_of(folder)
    try:
        server = make_server(host, port, wsgi(storage), handler_class=_quiet())
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}; give another --port, or 0 for a free one"
        ) from None
    with server:
        studies = storage.get_all_studies()
        trials = sum(storage.get_n_trials(one._study_id) for one in studies)
        say(
            f"dashboard http://{host}:{server.server_port} with {counted(trials, 'trial')}, as they are now; Ctrl-C "
            "ends it"
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _quiet() -> type:
    from wsgiref.simple_server import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        """Tells the terminal of no request."""

        def log_message(self, format: str, *args: object) -> None:
            return None

    return Quiet
