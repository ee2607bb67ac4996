"""The ledger's files: what is written is read again, bit for bit; what is damaged is told, and the rest counts."""

import fcntl
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from openings import opening, seen
from tunewright.runs.openings import files
from tunewright.runs.openings.files import append, read
from tunewright.runs.openings.ledger import enter, ledger_in, ledger_of
from tunewright.runs.openings.opening import Opening, Seen, from_line, to_line


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    units = np.array(sorted(draw(st.sets(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30))), dtype=np.int64)
    numbers = arrays.arrays(np.float64, len(units), elements=st.floats(allow_nan=False, allow_infinity=False))
    observed = draw(
        arrays.arrays(np.float32, len(units), elements=st.floats(width=32, allow_nan=False, allow_infinity=False))
    )
    told = Seen(units, observed, draw(numbers), draw(numbers), len(units) + draw(st.integers(0, 9)))
    texts = {name: draw(st.text(max_size=20)) for name in ("moment", "run", "name", "kind", "first", "last")}
    return Opening(**texts, trials=draw(st.integers(0)), seen=told, p=draw(st.floats(0, 1)), conclusion=draw(st.text()))


def same(one: Opening, other: Opening) -> bool:
    arrays_same = all(
        np.array_equal(getattr(one.seen, field.name), getattr(other.seen, field.name)) for field in fields(Seen)
    )
    names = [field.name for field in fields(Opening) if field.name != "seen"]
    return arrays_same and all(getattr(one, name) == getattr(other, name) for name in names)


@settings(deadline=None)
@given(openings())
def test_a_line_is_read_as_it_was_written(told: Opening) -> None:
    line = to_line(told)
    assert "\n" not in line
    assert same(from_line(line), told)


@settings(deadline=None)
@given(st.text() | st.binary().map(lambda data: data.decode("latin1")))
def test_any_other_line_is_refused_in_words(line: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_line(line)


@settings(deadline=None)
@given(st.integers(0, 10**6), st.sampled_from('0a}"\\9-é'))
def test_a_changed_letter_is_refused_or_gives_an_opening(place: int, letter: str) -> None:
    line = to_line(opening())
    place %= len(line)
    with suppress(ValueError):
        assert len(from_line(line[:place] + letter + line[place + 1 :]).seen.units) == 100


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("format", 2, "expected format 1, found 2"), ("p", 1.5, "p: expected 0 to 1"),
        ("p", "x", "p: expected a number"),
        ("trials", 1.5, "trials: expected a whole number"), ("run", None, "run: expected a text, found null"),
        ("units", "AAAA", "an array is damaged"), ("count", 1, "expected a count of at least 100"),
        ("loss", json.loads(to_line(opening()))["observed"], "expected arrays of one shape|buffer size"),
    ],
)  # fmt: skip
def test_what_a_line_lacks_is_said(name: str, value: object, said: str) -> None:
    line = json.dumps({**json.loads(to_line(opening())), name: value})
    with pytest.raises(ValueError, match=said):
        from_line(line)


def test_a_test_of_four_years_takes_less_than_40_kb() -> None:
    assert len(to_line(opening(seen(days=1000)))) < 40_000


def test_a_damaged_line_is_named_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "openings.jsonl"
    for name in ("one", "two"):
        append(path, opening(name=name))
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], lines[1][:500], b"\xff\xfe", *lines[1:]]))
    found, problems = read(path)
    assert [one.name for one in found] == ["one", "two"]
    assert [problem.split(" is damaged")[0] for problem in problems] == [f"{path}, line {place}" for place in (2, 3)]


def test_what_is_written_after_a_line_that_a_crash_cut_off_counts(tmp_path: Path) -> None:
    path = tmp_path / "openings.jsonl"
    append(path, opening())
    path.write_bytes(path.read_bytes()[:-100])
    append(path, opening(name="two"))
    found, problems = read(path)
    assert ([one.name for one in found], len(problems)) == (["two"], 1)


def test_a_folder_that_is_made_for_it_is_its_owners_alone(tmp_path: Path) -> None:
    append(tmp_path / "new" / "openings.jsonl", opening())
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    path, count = tmp_path / "openings.jsonl", 12
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2]); from openings import opening;"
        "from tunewright.runs.openings.files import append\n"
        f"for number in range({count}): append(Path(sys.argv[1]), opening(name=sys.argv[3] + str(number)))"
    )
    tests = str(Path(__file__).parents[1])
    begun = [subprocess.Popen([sys.executable, "-c", script, path, tests, mark]) for mark in "abc"]
    assert [process.wait(timeout=60) for process in begun] == [0, 0, 0]
    found, problems = read(path)
    assert problems == []
    assert sorted(one.name for one in found) == sorted(f"{mark}{number}" for mark in "abc" for number in range(count))


def test_both_places_are_written_and_each_forecast_is_read_from_either(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "one"
    run.mkdir(parents=True)
    assert enter(run, opening()) == ()
    state = Path(os.environ["TUNEWRIGHT_STATE"]) / "openings.jsonl"
    assert state.read_bytes() == (run / "openings.jsonl").read_bytes()
    assert len(ledger_of(run).openings) == len(ledger_of(tmp_path / "runs" / "two").openings) == 2
    assert (
        len(ledger_of(tmp_path / "elsewhere" / "three").openings) == len(ledger_in(tmp_path / "nowhere").openings) == 1
    )


def test_private_mode_neither_writes_nor_reads_the_state_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, state = tmp_path / "runs" / "one", tmp_path / "state"
    run.mkdir(parents=True)
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(state))
    monkeypatch.setenv("TUNEWRIGHT_PRIVATE", "1")
    assert enter(run, opening()) == ()
    assert not state.exists()
    assert len(ledger_of(run).openings) == 1
    monkeypatch.setenv("TUNEWRIGHT_PRIVATE", "0")
    append(state / "openings.jsonl", opening())
    assert len(ledger_of(run).openings) == 2


def test_what_cannot_be_written_or_read_is_told_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "one"
    run.mkdir()
    (tmp_path / "file").touch()
    monkeypatch.setenv("TUNEWRIGHT_STATE", str(tmp_path / "file"))
    (problem,) = enter(run, opening())
    assert "state directory cannot be written" in problem
    assert "TUNEWRIGHT_STATE" in problem
    (run / "openings.jsonl").unlink()
    (run / "openings.jsonl").mkdir()
    assert len(enter(run, opening())) == 2
    told = ledger_of(run)
    assert told.openings == ()
    assert any("openings.jsonl cannot be read" in one for one in told.problems)


def test_who_keeps_a_file_for_himself_is_not_waited_for_forever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE", 0.05)
    path = tmp_path / "openings.jsonl"
    append(path, opening())
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TimeoutError):
            append(path, opening())
        assert "cannot be read" in read(path)[1][0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"units": np.arange(3)}, "one shape"), ({"loss": np.array([1.0, np.nan])}, "finite"),
        ({"units": np.array([2, 1])}, "rising order"), ({"units": np.array([1, 1])}, "each once"),
        ({"count": 1}, "count"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_match_are_refused(changed: dict[str, object], said: str) -> None:
    two = np.ones(2)
    told = {"units": np.arange(2), "observed": two, "loss": two, "benchmark_loss": two, "count": 2, **changed}
    with pytest.raises(ValueError, match=said):
        Seen(**told)  # type: ignore[arg-type]
