"""One look after another, though runs end in the same moment."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openings import opening, seen
from tunewright.runs.openings import looking
from tunewright.runs.openings.looking import look

RUN = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from openings import opening, seen
from tunewright.runs.openings.looking import look

run, model = Path(sys.argv[2]), int(sys.argv[3])
run.mkdir(parents=True)
what = seen(model=model)

def judge(looks):
    time.sleep(0.5)
    return looks.earlier

print("ready", flush=True)
sys.stdin.readline()
print(look(run, what, kind="prices", judge=judge, told=lambda earlier: opening(what)))
"""


def looked(run: Path, *, model: int = 0) -> tuple[int, tuple[str, ...]]:
    """How many looks this one came after, and what went wrong."""
    run.mkdir(parents=True, exist_ok=True)
    what = seen(model=model)
    return look(run, what, kind="prices", judge=lambda looks: looks.earlier, told=lambda _: opening(what))


def test_of_runs_that_end_in_the_same_moment_the_later_ones_count_the_earlier_ones(tmp_path: Path) -> None:
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", RUN, Path(__file__).parents[1], tmp_path / f"{model}" / "run", str(model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for model in range(2)
    ]
    assert [process.stdout.readline() for process in begun if process.stdout] == ["ready\n"] * 2
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert sorted(process.communicate(timeout=60)[0] for process in begun) == ["(0, ())\n", "(1, ())\n"]


def test_a_look_is_told_to_its_judge_and_written_down(tmp_path: Path) -> None:
    for model in range(3):
        assert looked(tmp_path / str(model), model=model) == (model, ())
        assert (tmp_path / str(model) / "openings.jsonl").is_file()


def test_who_keeps_others_waiting_is_told_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "PATIENCE", 0.05)
    state = Path(os.environ["TUNEWRIGHT_STATE"])
    state.mkdir()
    with (state / "openings.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        found, (problem,) = looked(tmp_path / "runs" / "one")
    assert found == 0
    assert "in the same moment" in problem
    assert "openings.lock" in problem


def test_what_keeps_from_writing_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(tmp_path / "file"))
    _, problems = looked(tmp_path / "runs" / "one")
    assert sum("cannot be written" in one for one in problems) == 1
    assert not any("same moment" in one for one in problems)
    monkeypatch.setenv("TUNEWRIGHT_PRIVATE", "1")
    assert looked(tmp_path / "runs" / "one") == (0, ())
