"""Where trials run, by name or as a value; what is wrong with it is said before anything is read or started."""

import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from cli_helpers import refusal, run_well
from tunewright.core.errors import ConfigError
from tunewright.front.tuning import tune
from tunewright.functions.minimize import minimize
from tunewright.trials.choosing import place_at_door, place_of
from tunewright.trials.cluster import connecting
from tunewright.trials.cluster.place import RayCluster
from tunewright.trials.cluster.room import Room, most_room
from tunewright.trials.places import Processes, Resources

PROBLEMS = {
    "--executor rya": "executor: found 'rya'; did you mean 'ray'?",
    "--address 10.0.0.1:6379": "address: '10.0.0.1:6379' goes with the executor `ray`",
    "--checkpoints s3://bucket": "checkpoints: 's3://bucket' goes with the executor `ray`",
    "--executor ray --workers 3": "workers: Ray runs as many trials as have room in the cluster",
    "--executor ray --address ray://head:10001": "address: expected HOST:PORT or auto, found 'ray://head:10001'",
    "--executor ray --address head": "address: expected HOST:PORT or auto, found 'head'",
}


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


@pytest.mark.parametrize("options", PROBLEMS)
def test_a_place_that_cannot_be_is_refused_in_one_line(options: str) -> None:
    if "ray" in options:
        pytest.importorskip("ray", reason="needs the extra `ray`")
    assert refusal("tune", "quadratic", *options.split()).startswith(PROBLEMS[options])


def test_nobody_at_the_address_is_said_before_anything_is_made(tmp_path: object) -> None:
    pytest.importorskip("ray", reason="needs the extra `ray`")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    line = refusal("tune", "quadratic", "--executor", "ray", "--address", f"127.0.0.1:{port}")
    assert line.startswith(f"address: no Ray cluster answers at 127.0.0.1:{port} (ConnectionRefusedError")
    assert f"`ray start --head --port={port}`" in line


class Silent(BaseHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        """Nowhere."""


def test_another_server_at_the_address_is_told_apart() -> None:
    pytest.importorskip("ray", reason="needs the extra `ray`")
    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        line = refusal("tune", "quadratic", "--executor", "ray", "--address", f"127.0.0.1:{port}")
        server.shutdown()
    assert line.startswith(f"address: no Ray cluster answers at 127.0.0.1:{port} (ConnectionError: something else does")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "find_spec", lambda name: None)
    assert refusal("tune", "quadratic", "--executor", "ray") == (
        "Ray is not installed; install it with: pip install 'tunewright[ray]'"
    )
    with pytest.raises(ConfigError, match="Ray is not installed"):
        minimize(lambda params: 0.0, {"x": (0, 1)}, executor="ray")
    with pytest.raises(ConfigError, match="Ray is not installed"):
        tune("quadratic", executor="ray")


def test_names_mean_places(monkeypatch: pytest.MonkeyPatch) -> None:
    assert place_of("processes", 3) == Processes(3)
    assert place_of("processes").filled(5, Resources()) == Processes(5)
    assert place_of("ray", address="head:6379", checkpoints="s3://b") == RayCluster("head:6379", checkpoints="s3://b")
    assert (place_at_door("processes", 1), place_at_door("processes", 2)) == (Processes(0), Processes(2))
    with pytest.raises(ConfigError, match="workers: expected none"):
        place_at_door(RayCluster(), 2)


def test_a_trial_reserves_what_the_experiment_says_unless_the_place_does() -> None:
    assert RayCluster().filled(4, Resources(2, 0.5)) == RayCluster(cpus=2, gpus=0.5)
    assert RayCluster(gpus=1).filled(4, Resources(2, 0.5)) == RayCluster(cpus=2, gpus=1)


def test_a_value_is_checked_and_has_nothing_beside_it() -> None:
    wrong: list[tuple[str, Any]] = [("cpus", 0), ("cpus", 1.5), ("gpus", -1), ("gpus", True), ("cpus", "2")]
    for name, value in wrong:
        with pytest.raises(ConfigError, match=f"^{name}: expected a part of one or a whole number"):
            RayCluster(**{name: value})
    with pytest.raises(ConfigError, match=r"^address: RayCluster\(.*\) says where trials run, found 'head:1' as well"):
        tune("quadratic", executor=RayCluster(), address="head:1")


def test_how_many_trials_run_at_once() -> None:
    assert [Processes(workers).at_once(4) for workers in (0, 2, 9)] == [1, 2, 4]
    assert RayCluster().at_once(4) == 4


def test_what_is_said_of_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Processes(9).lines(4) == ["workers   4, not 9: more than search.lag would only wait"]
    assert Processes(4).lines(4) == Processes(None).lines(4) == []
    assert RayCluster().lines(4) == ["executor  a Ray of this machine alone, up to 4 trials at once"]
    monkeypatch.setenv("RAY_ADDRESS", "head:6379")
    assert RayCluster(checkpoints="s3://me:secret@bucket/x").lines(None) == [
        "executor  a Ray cluster at head:6379",
        "kept at   s3://me:***@bucket/x, while under way",
    ]


def test_the_room_of_a_cluster_is_that_of_the_node_that_fits_best() -> None:
    nodes = [
        {"Alive": True, "Resources": {"CPU": 8.0}},
        {"Alive": True, "Resources": {"CPU": 2.0, "GPU": 1.0}},
        {"Alive": False, "Resources": {"CPU": 64.0, "GPU": 8.0}},
    ]
    assert most_room(nodes, Resources(8)).takes(Resources(8))
    assert most_room(nodes, Resources(2, 0.5)).takes(Resources(2, 0.5))
    wanted = Resources(4, 1)
    assert most_room(nodes, wanted) == Room(2, 2.0, 1.0)
    assert most_room(nodes, wanted).lacks(wanted) == (
        "a trial reserves 4 CPUs and 1 GPU, and the most that one of 2 nodes has is 2 CPUs and 1 GPU"
    )
    assert not most_room([], wanted).takes(wanted)


def test_resources_belong_to_the_experiment_and_to_no_result() -> None:
    assert "resources.cpus: expected a part of one or a whole number, found 1.5" in refusal(
        "tune", "quadratic", "--set", "resources.cpus=1.5"
    )
    said = run_well("tune", "quadratic", "--dry-run", "--set", "resources.gpus=0.25", "--workers", "2")
    assert "search    " in said
