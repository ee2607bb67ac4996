"""What is loaded is not looked through for garbage."""

import gc
import subprocess
import sys

import pytest

from tunewright.core.collecting import uncollected


def test_nothing_is_collected_meanwhile_and_everything_afterwards() -> None:
    found = []
    with pytest.raises(ZeroDivisionError), uncollected():
        found.append(gc.isenabled() or 1 / 0)
    assert not found
    assert gc.isenabled()


def test_who_collects_nothing_is_left_so() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_program_ends_without_going_through_what_it_loaded() -> None:
    code = """if True:
        import atexit, gc
        atexit.register(lambda: print(gc.get_freeze_count() > 1000))  # the last to be called
        from typer.testing import CliRunner
        from tunewright.cli.main import app
        CliRunner().invoke(app, ["recipes"])
        assert gc.get_threshold() == (10_000, 10, 10), gc.get_threshold()
        gc.collect()
        assert gc.get_freeze_count() == 0
    """
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "True\n"
