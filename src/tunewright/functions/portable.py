"""Whether a function can run on worker processes; said before they start, not by their tracebacks."""

import multiprocessing
import pickle
import sys
from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.functions.calling import Function, name_of

GUARD = 'if __name__ == "__main__":'


def check_portable(function: Function, workers: int) -> None:
    """Raise ConfigError, with the remedy, where the function cannot reach `workers` processes."""
    # Workers load the program's main file; without the guard the call in it would come to them, and to theirs.
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        raise ConfigError(f"a search began while a worker was loading this program; put the call under `{GUARD}`")
    if workers <= 1:
        return
    try:
        pickled = pickle.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
        raise ConfigError(
            f"{name_of(function)} cannot be sent to {workers} workers: {error}; "
            "define it with `def` at the top level of a file, or use workers=1"
        ) from None
    file = getattr(sys.modules["__main__"], "__file__", None)
    if b"__main__" in pickled and (file is None or not Path(file).is_file()):
        raise ConfigError(
            f"{name_of(function)} was defined in an interactive session, which {workers} workers cannot load; "
            "put it into a file and import it from there, or use workers=1"
        )
