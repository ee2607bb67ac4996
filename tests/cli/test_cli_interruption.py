"""Runs that are stopped on the way end as if they had never been: Ctrl-C, SIGTERM, and SIGKILL at any point."""

import signal
from pathlib import Path

import pytest

from cli_helpers import outcome, results, run, run_well, write_tiny
from warm_program import warm

pytestmark = pytest.mark.usefixtures("unseen_stills")

LONG_ENOUGH = ("--trials", "4", "--set", "training.epochs=10", "--set", "training.patience=0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write_tiny(folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(folder: Path) -> tuple[str, bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        run_well("tune", "tiny.toml", "--out", "undisturbed", *LONG_ENOUGH)
    return outcome(folder / "undisturbed")


def stop_at(line: str, sent: signal.Signals, *, out: str) -> tuple[int | None, str]:
    """Start a run, send it the signal when it prints a line that starts so; its exit code and its stderr."""
    with warm("tune", "tiny.toml", "--out", out, *LONG_ENOUGH) as program:
        program.await_line(line)
        return program.end(sent)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_an_interrupted_run_says_how_to_go_on_and_does(
    sent: signal.Signals, folder: Path, undisturbed: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    out = sent.name.lower()
    assert stop_at("trial 2/", sent, out=out) == (
        130,
        f"interrupted; every finished trial is saved. Go on with: tunewright resume {out}\n",
    )
    assert not Path(out, "results.json").exists()
    said = run_well("resume", out)
    assert "trial 1/" not in said, "what was told is not done again"
    assert outcome(Path(out)) == undisturbed
    assert results(Path(out))["test"]["openings"] == 1


@pytest.mark.parametrize("line", ["trial 3/", "training the final model"])
def test_a_killed_run_goes_on(
    line: str, folder: Path, undisturbed: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    out = f"killed-{line.split()[0]}-{line.count(' ')}"
    code, stderr = stop_at(line, signal.SIGKILL, out=out)
    assert (code, stderr) == (-signal.SIGKILL, "")
    assert not Path(out, "results.json").exists()
    run_well("resume", out)
    assert outcome(Path(out)) == undisturbed
    assert {path.name for path in Path(out).iterdir()} == {path.name for path in Path("undisturbed").iterdir()}


def test_interrupted_while_the_run_is_read_it_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tunewright.entrance.reopen", interrupted)
    result = run("resume", "runs/one")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == ("interrupted; every finished trial is saved. Go on with: tunewright resume runs/one\n")
