"""Who is told of a run: the display, and the tools that its experiment names."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from types import MappingProxyType

from tunewright.core.codec import Json, dumps, write_atomically
from tunewright.core.errors import ConfigError
from tunewright.core.plugins import loaded
from tunewright.core.words import not_installed, told
from tunewright.experiment.files import Experiment
from tunewright.runs.folder import RunFolder
from tunewright.runs.searching import TRIED, Stage, Watch
from tunewright.runs.tracking.tracker import Tracked, Tracker

_PLACES: Mapping[str, str] = MappingProxyType({
    "mlflow": "tunewright.runs.tracking.mlflow:MLflow",
    "tensorboard": "tunewright.runs.tracking.tensorboard:TensorBoard",
})  # fmt: skip


def check_installed(experiment: object) -> None:
    """Raise ConfigError where the experiment names a tool that is not installed."""
    for name in _named(experiment):
        if find_spec(name) is None:
            raise ConfigError(f"trackers: {not_installed(name, extra=name)}")


@contextmanager
def followed(folder: RunFolder, experiment: Experiment, watch: Watch) -> Iterator["Following"]:
    """What tells the display, `watch`, and the tools that the experiment names."""
    following, run = Following(folder, watch), Tracked(folder.path, experiment.name, experiment.seed)
    for tool in _named(experiment):
        following.begin(tool, partial(_made, tool, run))
    try:
        yield following
    finally:
        following.close()


def _named(experiment: object) -> Sequence[str]:
    """A kind of another package may have no such key."""
    names: Sequence[str] = getattr(experiment, "trackers", ())
    return names


def _made(name: str, run: Tracked) -> Tracker:
    tool: Tracker = loaded(_PLACES[name])(run)
    return tool


class Following:
    """Tells each trial once, in earlier processes, too. What a tool raises ends its own following alone."""

    def __init__(self, folder: RunFolder, watch: Watch) -> None:
        self._watch, self._path = watch, folder.path / "tracked.json"
        self._tools: dict[str, Tracker] = {}
        told = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else []
        self._told = {(str(tool), str(phase), int(number)) for tool, phase, number in told}
        self._stage = Stage("starting", (), 0)

    def begin(self, name: str, make: Callable[[], Tracker]) -> None:
        """Have a tool follow from now on."""
        with self._apart(name):
            self._tools[name] = make()

    def stage(self, stage: Stage) -> None:
        """To be called at every stage."""
        self._stage = stage
        self._watch(stage)
        if not self._tools or stage.phase not in TRIED:  # other phases have the trials of an earlier one
            return
        ended = [record for record in stage.records if record.finished]
        for name, tool in [*self._tools.items()]:
            for record in ended:
                if (key := (name, stage.phase, record.number)) not in self._told:
                    with self._apart(name):
                        tool.trial(stage.phase, record)
                    self._told.add(key)
                    write_atomically(self._path, dumps(sorted(self._told)))

    def ended(self, results: Mapping[str, Json]) -> None:
        """Tell how the run ended."""
        for name, tool in [*self._tools.items()]:
            with self._apart(name):
                tool.ended(results)

    def close(self) -> None:
        for name, tool in [*self._tools.items()]:
            with self._apart(name):
                tool.close()

    @contextmanager
    def _apart(self, name: str) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # a server, a disk, another package
            self._tools.pop(name, None)
            phase = f"{name} is told no more of this run, which goes on without it: {told(error)}"
            self._watch(Stage(phase, self._stage.records, self._stage.trials, self._stage.folds))
