"""A study whose file was damaged: told in one line, and never begun anew in silence."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tunewright.core.codec import Json
from tunewright.core.errors import RunFolderError, TunewrightError
from tunewright.core.parameters import Real
from tunewright.core.space import Space
from tunewright.search.records import State, TrialRecord
from tunewright.search.storage import sqlite_url
from tunewright.search.study import StudyStore

SPACE = Space({"x": Real(0.0, 1.0)})
IDENTITY: Json = {"of": "this test"}
TRIALS = 4
TABLES = ("alembic_version", "studies", "study_directions", "study_user_attributes", "trials", "trial_params",
          "trial_user_attributes", "trial_values", "version_info")  # fmt: skip
VALUES = (None, "", "[", "{}", "null", "1", -1, 0, 10**12, 1e400, "WAITING", "MAXIMIZE", b"\x00\xff", '{"scores": 1}')


def opened(path: Path) -> StudyStore:
    return StudyStore(sqlite_url(path), name="study", space=SPACE)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study of four trials, three of them complete, and its copy."""
    path = tmp_path_factory.mktemp("whole") / "study.db"
    with closing(opened(path)) as store:
        store.claim(IDENTITY)
        for number in range(TRIALS):
            begun = store.begin(number, {"x": number / 10})
            if number < TRIALS - 1:
                told = TrialRecord(number, State.COMPLETE, begun.params, 0.5, (0.5,), 1.0)
                store.report_fold(told, {"epochs": 1}, last=True)
                store.tell(told)
    return path.parent


@pytest.fixture
def study(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy")) / "study.db"


def read(path: Path) -> int:
    """What a resumed run reads before it goes on; how many trials there are."""
    with closing(opened(path)) as store:
        store.claim(IDENTITY)
        records = store.records()
        for number in range(len(records)):
            store.fold_details(number)
        return len([records, store.edits(), store.openings(), store.tracebacks()][0])


def check(path: Path) -> None:
    """Raises AssertionError where the file is read as another study, and any error that is none of the house's."""
    copy = path.with_name("study.db.last").read_bytes()
    try:
        found = read(path)
    except TunewrightError:
        assert path.with_name("study.db.last").read_bytes() == copy, "a copy of what cannot be read"
    else:
        assert found >= TRIALS


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_bits_that_were_turned(whole: Path, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random = Random(seed)
    path = Path(shutil.copytree(whole, tmp_path_factory.mktemp("bits") / "copy")) / "study.db"
    data = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 5, 100))):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    path.write_bytes(data if random.random() < 0.8 else data[: random.randrange(len(data))])
    check(path)


@pytest.mark.parametrize("table", TABLES)
def test_rows_that_were_edited(study: Path, table: str) -> None:
    whole_file = study.read_bytes()
    with closing(sqlite3.connect(study)) as database:
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    for column in columns:
        stored, seen = f"SELECT rowid, typeof({column}), {column} FROM {table}", list[object]()
        for value in VALUES:
            study.write_bytes(whole_file)
            with closing(sqlite3.connect(study)) as database:
                seen.append(database.execute(stored).fetchall())
                try:
                    database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = 1", (value,))
                    database.commit()
                except sqlite3.Error:
                    continue
                found = database.execute(stored).fetchall()
            if found not in seen:  # SQLite turns values into the column's type: some are the same then
                check(study)
            seen.append(found)


@pytest.mark.parametrize("table", TABLES)
def test_tables_that_were_emptied_or_dropped(study: Path, table: str) -> None:
    whole_file = study.read_bytes()
    for statement in (f"DELETE FROM {table}", f"DROP TABLE {table}"):
        study.write_bytes(whole_file)
        with closing(sqlite3.connect(study)) as database:
            database.execute(statement)
            database.commit()
        check(study)


@pytest.mark.parametrize("damage", ["emptied", "gone", "truncated"])
def test_a_study_that_is_lost_is_not_begun_anew(study: Path, damage: str) -> None:
    data = study.read_bytes()
    if damage == "gone":
        study.unlink()
    else:
        study.write_bytes(data[: len(data) // 2] if damage == "truncated" else b"")
    with pytest.raises(RunFolderError, match=r"copy .*study\.db\.last, its last good state, over it"):
        read(study)
    shutil.copy(study.with_name("study.db.last"), study)
    assert read(study) == TRIALS


def test_a_lost_study_is_told_word_for_word(study: Path) -> None:
    with closing(sqlite3.connect(study)) as database:
        database.execute("DELETE FROM trials")
        database.commit()
    copy = f"{study.resolve()}.last"
    with pytest.raises(RunFolderError) as caught:
        read(study)
    assert str(caught.value) == (
        f"{study.resolve()} has lost the study 'study' or a part of it: expected 4 trials or more, found 0 trials; "
        f"copy {copy}, its last good state, over it, then go on, or remove {copy} to begin anew"
    )
