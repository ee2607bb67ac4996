"""Runs of a benchmark as lines of a file, so that one that was stopped goes on, and rounds add up over hours."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from side_by_side import Outcome


class Kept:
    """path: nothing is kept without one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path is not None and path.exists() else []
        told = [json.loads(line) for line in lines]
        self._found = {(one["name"], one["seed"]): Outcome(**one["outcome"]) for one in told}

    def outcome(self, name: str, seed: int, run: Callable[[], Outcome]) -> Outcome:
        """The one that was kept, or of a run now."""
        found = self._found.get((name, seed))
        if found is None:
            found = run()
            if self._path is not None:
                with self._path.open("a") as file:
                    file.write(json.dumps({"name": name, "seed": seed, "outcome": asdict(found)}) + "\n")
        return found
