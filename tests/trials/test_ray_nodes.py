"""A Ray cluster of several nodes: the same study as one process, whatever is killed and wherever it goes on."""

import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="needs the extra `ray`")

from test_chaos import EXPERIMENTS, SLOW

from cli_helpers import results, run, run_well, start, write_tiny
from ray_nodes import Nodes, nodes
from tunewright.training.kept import read_kept

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the workers through /proc"),
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),  # Ray's own of a killed node
]

KILLS = 10
SMALL = {
    "prices": ("--trials", "8", "--set", "training.epochs=20"),
    "images": ("--trials", "4", "--set", "training.epochs=2"),
    "function": ("--trials", "12"),
}
LONG = {"prices": ("--trials", "120"), "images": (), "function": ()}
"""Long enough for all kills on a quick machine, too."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Nodes]:
    with nodes(2) as found:
        yield found


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # Ray sets one of its own
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    write_tiny(tmp_path)
    Path("slow.py").write_text(SLOW)


def final_weights(run: Path) -> dict[str, str]:
    """Digests of tensors and texts: in which order these lie in a file is left to chance."""
    return {path.name: read_kept(path)._digest() for path in sorted((run / "final").glob("*.safetensors"))}


@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_every_place_gives_the_same_study_and_the_same_models(kind: str, cluster: Nodes) -> None:
    places = {
        "one": ("--workers", "1"),
        "two": ("--workers", "2"),
        "local": ("--executor", "ray"),
        "nodes": ("--executor", "ray", "--address", cluster.address),
    }
    name, *changes = EXPERIMENTS[kind]
    for out, place in places.items():
        with start("tune", name, *changes, *SMALL[kind], "--out", out, *place) as process:
            said, complaints = process.communicate(timeout=900)
        assert (process.returncode, complaints) == (0, ""), said
    runs = [Path(out) for out in places]
    assert len({results(run)["study"]["fingerprint"] for run in runs}) == 1
    assert all(final_weights(run) == final_weights(runs[0]) for run in runs)


def run_on(address: str, *arguments: str) -> "subprocess.Popen[str]":
    process = start(*arguments, "--executor", "ray", "--address", address)
    assert process.stdout is not None
    while (line := process.stdout.readline()) and not line.startswith("run folder"):
        pass
    return process


@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_a_study_survives_nodes_and_coordinators_that_are_killed(kind: str, cluster: Nodes) -> None:
    rng, kills, coordinators, out = random.Random(0), 0, 0, Path("broken")
    experiment = ("tune", *EXPERIMENTS[kind], *LONG[kind])
    run_well(*experiment, "--workers", "2", "--out", "whole", "--quiet")
    with ExitStack() as stack:
        process = stack.enter_context(run_on(cluster.address, *experiment, "--out", str(out)))
        while process.poll() is None or process.returncode == -signal.SIGKILL:
            if process.poll() is not None:
                process = stack.enter_context(run_on(cluster.address, "resume", str(out)))
            try:
                process.wait(timeout=rng.uniform(0.5, 6) if kills < KILLS else 900)
            except subprocess.TimeoutExpired:
                kills += 1
                cluster.replace_one(rng)
                if kills in (3, 7):
                    process.kill()
                    process.wait()
                    coordinators += 1
        assert process.returncode == 0, process.communicate()
    assert (kills, coordinators) == (KILLS, 2), "the study was too short for so many kills"
    whole, broken = (results(Path(run))["study"] for run in ("whole", "broken"))
    assert broken["fingerprint"] == whole["fingerprint"]
    assert [trial["number"] for trial in broken["trials"]] == list(range(len(whole["trials"])))
    assert broken["counts"] == whole["counts"]
    assert final_weights(Path("broken")) == final_weights(Path("whole"))
    assert not (out / "checkpoints").exists()


def test_a_run_goes_on_elsewhere_than_it_began(cluster: Nodes) -> None:
    experiment = EXPERIMENTS["function"]
    run_well("tune", *experiment, "--workers", "2", "--out", "whole", "--quiet")
    with run_on(cluster.address, "tune", *experiment, "--out", "moved") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=4)
        process.kill()
    run_well("resume", "moved", "--workers", "2", "--quiet")
    assert results(Path("moved"))["study"]["fingerprint"] == results(Path("whole"))["study"]["fingerprint"]


def test_ctrl_c_ends_the_tasks_and_says_how_to_go_on(cluster: Nodes) -> None:
    with run_on(cluster.address, "tune", *EXPERIMENTS["function"], "--out", "stopped") as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=4)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaints == "interrupted; every finished trial is saved. Go on with: tunewright resume stopped\n"


def test_another_ray_or_python_is_said_in_one_line(cluster: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("ray.__version__", "2.1.0")
        done = run("tune", "quadratic", "--executor", "ray", "--address", cluster.address, "--out", "here")
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: address: the cluster at {cluster.address} has another Ray or Python than this")
    assert "Ray: 2.1.0" in line
    run_well("resume", "here", "--quiet")  # nothing is lost
