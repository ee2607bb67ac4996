"""Studies in PostgreSQL: one process at each, and a server that goes away and comes back."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from plain_functions import bowl
from postgres import PASSWORD, QUOTED, USER, Server
from tunewright.core.errors import RunFolderError
from tunewright.core.space import Choice, Real, Space
from tunewright.functions.asking import Study
from tunewright.functions.minimize import minimize
from tunewright.search import patience, persistent
from tunewright.search.alone import alone
from tunewright.search.records import State, TrialRecord
from tunewright.search.server import Away
from tunewright.search.storage import open_storage, to_keep
from tunewright.search.study import StudyStore

SPACE = Space({"x": Real(-1.0, 1.0), "y": Real(-1.0, 1.0)})
CHOICE = Space({"units": Choice((4, 8))})
_numbers = count()


@pytest.fixture
def name() -> str:
    """Of a study that no other test has."""
    return f"study {next(_numbers)} of {os.getpid()}"


@contextmanager
def opened(url: str, name: str, space: Space = CHOICE) -> Iterator[StudyStore]:
    with alone(url, name) as lease, closing(StudyStore(url, name=name, space=space, lease=lease)) as store:
        yield store


def ended(record: TrialRecord) -> TrialRecord:
    return TrialRecord(record.number, State.COMPLETE, record.params, score=0.5, fold_scores=(0.25, 0.75))


def cut(server: Server, name: str) -> None:
    """End the connection by which the study is held, as its server or a network may."""
    server.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND (classid::bigint << 32) | objid::bigint = hashtextextended(%s, 0)",
        f"tunewright public {name}",
    )


def trials_of(server: Server, name: str) -> int:
    ((found,),) = server.ask("SELECT count(*) FROM trials JOIN studies USING (study_id) WHERE study_name = %s", name)
    return int(found)


def test_a_search_is_the_same_as_in_memory_and_goes_on(postgres: Server, name: str) -> None:
    wanted = minimize(bowl, SPACE, trials=12, sampler="random", seed=3)
    first = minimize(bowl, SPACE, trials=5, sampler="random", seed=3, storage=postgres.url, name=name)
    assert len(first.trials) == 5
    kept = minimize(bowl, SPACE, trials=12, sampler="random", seed=3, storage=postgres.url, name=name)
    assert (kept.fingerprint, kept.score) == (wanted.fingerprint, wanted.score)
    study = Study(SPACE, sampler="random", seed=3, storage=postgres.url, name=name)
    assert study.fingerprint == wanted.fingerprint
    study.close()


def test_a_wider_space_takes_the_trials_along(postgres: Server, name: str) -> None:
    with opened(postgres.url, name) as store:
        store.tell(ended(store.begin(0, {"units": 4})), traceback="Traceback ...")
    with opened(postgres.url, name, Space({"units": Choice((4, 8, 16))})) as store:
        assert store.begin(1, {"units": 16}).number == 1
        assert [one.state for one in store.records()] == [State.COMPLETE, State.RUNNING]
        assert store.tracebacks() == {0: "Traceback ..."}
        assert store.edits() == ["before trial 1, units: 16 added"]
    assert (trials_of(postgres, name), trials_of(postgres, f"{name} (space 2)")) == (1, 2)


def test_one_process_works_on_a_study(postgres: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tunewright.search.lease._HANGING_UP", 0.0)
    url = postgres.over_tcp()
    with alone(url, name):
        with pytest.raises(RunFolderError) as caught, alone(postgres.url, name):
            pass
        assert str(caught.value) == (
            f"another process works on the study {name!r} at 'postgresql://{USER}@/studies' "
            f"(process {os.getpid()} on {os.uname().nodename}); wait for it (for a minute where its machine is gone), "
            "or begin another study"
        )
        with alone(url, f"{name}, another"):
            pass
    with alone(url, name):
        pass


def hold(url: str, name: str, said: Connection) -> None:
    with opened(url, name) as store:
        store.begin(0, {"units": 4})
        said.send("held")
        signal.pause()


def test_a_study_is_free_when_its_process_ends_however_it_does(postgres: Server, name: str) -> None:
    ours, theirs = multiprocessing.Pipe()
    holder = multiprocessing.get_context("forkserver").Process(target=hold, args=(postgres.url, name, theirs))
    holder.start()
    assert ours.recv() == "held"
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGSTOP)  # it is there, so the study is its own
    with pytest.raises(RunFolderError, match=f"\\(process {holder.pid} on "), alone(postgres.url, name):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    with opened(postgres.url, name) as store:  # at once
        assert [one.state for one in store.records()] == [State.RUNNING]
    holder.join()


def test_who_lost_the_study_to_another_writes_nothing_more(postgres: Server, name: str) -> None:
    with opened(postgres.url, name) as store:
        record = store.begin(0, {"units": 4})
        cut(postgres, name)
        with opened(postgres.url, name) as other:
            other.tell(ended(other.records()[0]))
        for write in (lambda: store.begin(1, {"units": 8}), lambda: store.tell(record), store.records):
            with pytest.raises(RunFolderError) as caught:
                write()
            assert str(caught.value) == (
                f"another process took over the study {name!r} at 'postgresql://{USER}@/studies' while its server was "
                "out of reach; this one writes nothing more: leave the study to the other"
            )
    assert trials_of(postgres, name) == 1
    with opened(postgres.url, name) as store:
        assert [one.state for one in store.records()] == [State.COMPLETE]


def test_who_lost_the_connection_alone_goes_on(postgres: Server, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(postgres.url, name) as store:
        for number in range(3):
            cut(postgres, name)
            record = store.begin(number, {"units": 4})
            cut(postgres, name)
            store.tell(ended(record))
            cut(postgres, name)
            assert len(store.records()) == number + 1
    assert capsys.readouterr().err == ""  # nobody waited


def test_while_the_server_holds_the_last_connection_for_alive_the_next_one_waits(postgres: Server, name: str) -> None:
    with alone(postgres.url, name) as lease:
        assert lease is not None
        held = lease.connect()
        with pytest.raises(Away, match="its last connection still holds the study"):
            lease.connect()
        held.close()
        lease.patience.through(lambda again: lease.connect()).close()


def test_either_side_notices_within_a_minute_that_the_other_has_vanished(postgres: Server, name: str) -> None:
    with alone(postgres.over_tcp(), name) as lease:
        assert lease is not None
        with closing(lease.connect()) as connection:
            ours = connection.info.get_parameters()
            theirs = [
                connection.execute(f"SHOW tcp_{one}").fetchone()[0]
                for one in ("keepalives_idle", "keepalives_interval", "keepalives_count", "user_timeout")
            ]
    assert [ours[f"keepalives_{one}"] for one in ("idle", "interval", "count")] == theirs[:3] == ["30", "10", "3"]
    assert ours["tcp_user_timeout"] == theirs[3] == "60000"


Write = Callable[[StudyStore], object]
WRITES: dict[str, Write] = {
    "begin": lambda store: store.begin(1, {"units": 8}),
    "fold": lambda store: store.report_fold(
        TrialRecord(0, State.RUNNING, {"units": 4}, fold_scores=(0.25,)), {"epochs": 3}
    ),
    "tell": lambda store: store.tell(ended(store.records()[0]), traceback="Traceback ..."),
    "opening": lambda store: store.record_opening("now"),
}


@pytest.mark.parametrize("carried_out", [False, True], ids=["before it was carried out", "before we heard of it"])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_was_cut_short_is_done_once(
    postgres: Server, name: str, write: str, carried_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit, left = persistent._Session.commit, [0]

    def cut_short(session: Any) -> None:
        """Fail where no more commits are left to go well."""
        if session.together:
            commit(session)
            return
        left[0] -= 1
        if left[0] != 0:
            commit(session)
            return
        if carried_out:
            commit(session)
        cut(postgres, study)
        session.connection().exec_driver_sql("SELECT 1")

    monkeypatch.setattr(persistent._Session, "commit", cut_short)
    found = []
    for failing in count():  # none of them first, then one after the other
        study = f"{name}, {failing}"
        with opened(postgres.url, study) as store:
            store.begin(0, {"units": 4})
            left[0] = failing
            WRITES[write](store)
            failed, left[0] = left[0] <= 0, 0
            found.append(contents(store))
        assert found[0] == found[-1]
        if failing and not failed:
            break
    assert len(found) > 2
    with opened(postgres.url, f"{name}, 1") as store:
        assert contents(store) == found[0]


def contents(store: StudyStore) -> Any:
    records = [(one.number, one.state, dict(one.params), one.score, one.fold_scores) for one in store.records()]
    details = [store.fold_details(one.number) for one in store.records()]
    return records, details, store.tracebacks(), list(store.openings()), store.note("sampler_reason", "none")


def test_a_server_that_restarts_is_waited_for(postgres: Server, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(postgres.url, name) as store:
        store.tell(ended(store.begin(0, {"units": 4})))
        postgres.stop()
        back = threading.Timer(1.5, postgres.start)
        back.start()
        store.tell(ended(store.begin(1, {"units": 8})))
        back.join()
        assert [one.state for one in store.records()] == [State.COMPLETE] * 2
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"the server of the study at 'postgresql://{USER}@/studies' does not answer (")
    assert first.endswith("; waiting for it, 10 min 0 s at most")
    assert "is back after " in last


def test_it_is_not_waited_for_for_ever(postgres: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LONGEST", 0.2)
    with opened(postgres.url, name) as store:
        postgres.stop()
        try:
            for _ in range(2):  # and then not at all
                with pytest.raises(RunFolderError) as caught:
                    store.begin(0, {"units": 4})
                said = str(caught.value)
                assert said.startswith(f"the server of the study at 'postgresql://{USER}@/studies' is away: ")
                assert said.endswith("; everything told before is saved: see that it runs, then resume")
        finally:
            postgres.start()


def test_who_interrupts_the_waiting_waits_no_more(postgres: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with opened(postgres.url, name) as store:
        postgres.stop()
        try:
            with monkeypatch.context() as patch:
                patch.setattr("tunewright.search.patience.time.sleep", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    store.begin(0, {"units": 4})
            with pytest.raises(RunFolderError, match="is away"):
                store.tracebacks()
        finally:
            postgres.start()


def test_processes_that_make_the_tables_at_once_do_not_hinder_each_other(postgres: Server) -> None:
    postgres.ask("CREATE DATABASE together")
    url, errors = postgres.url.replace("/studies", "/together"), []
    together = threading.Barrier(4)

    def make() -> None:
        together.wait()
        try:
            open_storage(url).close()
        except RunFolderError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    assert postgres.ask("SELECT count(*) FROM alembic_version", database="together") == [(1,)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"password": "wrong"},
            "mend the user or the password, in PGPASSWORD, ~/.pgpass, or in the URL after --storage",
        ),
        ({"password": None}, "give the password as PGPASSWORD, in ~/.pgpass, or in the URL after --storage: no run"),
        ({"database": "none"}, "make it, with `createdb none` on the server, or name another in the URL"),
        ({"user": "stranger"}, "mend the user or the password"),
    ],
)
def test_who_is_not_let_in_is_told_why(
    postgres: Server, change: dict[str, str | None], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    url = postgres.over_tcp(**change)  # type: ignore[arg-type]
    with pytest.raises(RunFolderError) as caught:
        open_storage(url)
    message = str(caught.value)
    assert f"; {said}" in message
    assert "\n" not in message
    assert not any(secret in message for secret in (PASSWORD, QUOTED, "wrong"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://me@127.0.0.1:1/x", "see that the server runs there and listens at this port"),
        ("postgres:///x?host=/nowhere", "see that the server runs on this machine, or name another host in the URL"),
        ("postgresql://me@nowhere.invalid/x", "mend the host's name in the URL"),
        ("postgresql:///x?service=none", "mend the service's name, or the file in which it is defined (PGSERVICEFILE)"),
        ("postgresql://me@127.0.0.1:1/x?no=1", "mend what follows the question mark in the URL"),
        ("postgresql+psycopg2://me@h/x", "install that driver of the database, or give a URL that begins with"),
    ],
)
def test_a_server_that_is_not_there_is_told_of(url: str, said: str) -> None:
    for opening in (open_storage, lambda url: alone(url, "study").__enter__()):
        with pytest.raises(RunFolderError) as caught:
            opening(url)
        assert f"; {said}" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_libpq_knows_the_password(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.over_tcp(password=None)
    with monkeypatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        open_storage(url).close()
    file, services = tmp_path / "pass", tmp_path / "services"
    file.write_text(f"127.0.0.1:*:*:{USER}:{PASSWORD}\n")
    file.chmod(0o600)
    services.write_text(f"[mine]\nhost=127.0.0.1\nport={postgres.port}\nuser={USER}\ndbname=studies\n")
    monkeypatch.setenv("PGPASSFILE", str(file))
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    for one in (url, "postgresql:///?service=mine"):
        open_storage(one).close()


def test_without_the_driver_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(RunFolderError, match=r"psycopg is not installed; .* pip install 'tunewright\[postgres\]'$"):
        open_storage("postgresql://me:secret@h/x")


def test_who_may_not_make_tables_is_told_whom_to_ask(postgres: Server) -> None:
    postgres.ask("CREATE ROLE guest LOGIN")
    postgres.ask("CREATE DATABASE closed")
    url = f"postgresql://guest@/closed?host={postgres.folder}&port={postgres.port}"
    with pytest.raises(RunFolderError, match=r"denied .*: GRANT USAGE, CREATE ON SCHEMA public TO guest$"):
        open_storage(url)


def test_what_is_kept_of_a_url_has_no_secrets(tmp_path: Path) -> None:
    plain = "postgresql://me@host:5432/x?passfile=%2Fhome%2Fme%2F.pgpass&sslmode=require"
    assert to_keep(plain.replace("me@", f"me:{QUOTED}@") + "&sslpassword=s3cret&password=s3cret") == plain
    assert to_keep(plain) == plain
    assert to_keep(f"sqlite:///{tmp_path}/a b.db") == f"sqlite:///{tmp_path}/a b.db"
