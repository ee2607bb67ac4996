"""A Ray cluster of three nodes and a PostgreSQL on this one machine, to try things out; both are gone afterwards.

    python examples/cluster/try_out.py bash

gives a shell in which RAY_ADDRESS and STORAGE say where they are. Any other command will do in place of `bash`:

    python examples/cluster/try_out.py sh -c 'tunewright tune prices-lstm --trials 8 --executor ray --storage $STORAGE'

Needs the extras `ray` and `postgres`, and PostgreSQL's programs (Debian: apt-get install postgresql). Without these the
cluster is there alone, and STORAGE is not set.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

NODES = 3


def main(command: Sequence[str]) -> int:
    if not command:
        print(__doc__)
        return 2
    with ray_of_three_nodes() as address, postgresql() as storage:
        found = {"RAY_ADDRESS": address, **({} if storage is None else {"STORAGE": storage})}
        for name, value in found.items():
            print(f"{name}={value}", flush=True)
        return subprocess.run(command, env={**os.environ, **found}).returncode


@contextmanager
def ray_of_three_nodes() -> Iterator[str]:
    """Its address. One core each, so that on two cores the third node's trials wait for the others'."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        for _ in range(NODES - 1):
            cluster.add_node(num_cpus=1)
        yield cluster.address
    finally:
        cluster.shutdown()


@contextmanager
def postgresql() -> Iterator[str | None]:
    """The URL of an empty database that this machine alone can reach; None where PostgreSQL is not installed."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    found = shutil.which("initdb")
    programs = places[-1] if places else Path(found).parent if found else None
    if programs is None:
        print("PostgreSQL is not installed: the cluster is there alone", flush=True)
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tunewright-") as folder:
        # It refuses to run as root, and does so as the user that Debian makes for it.
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(folder, "postgres")
        data, port = f"{folder}/data", free_port()
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [*user, f"{programs}/{program}", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL
            )

        run("initdb", "-D", data, "-U", "tunewright", "--auth=trust")
        run("pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://tunewright@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
