"""The run folder: what lies where, and who may write there."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from tunewright.core.codec import write_atomically
from tunewright.core.errors import RunFolderError
from tunewright.core.locks import locked
from tunewright.search.storage import absolute, open_storage, to_keep


@dataclass(frozen=True)
class RunFolder:
    """Paths inside one run folder. given: the URL of its study's storage as this process was given it, with a password
    that the folder does not keep."""

    path: Path
    given: str | None = field(default=None, repr=False, compare=False)

    @property
    def experiment(self) -> Path:
        return self.path / "experiment.toml"

    @property
    def study(self) -> Path:
        return self.path / "study.db"

    @property
    def storage(self) -> Path:
        """Holds the URL, without what is secret in it, and the name of the study where it is not kept in study.db."""
        return self.path / "storage.txt"

    @property
    def checkpoints(self) -> Path:
        """Trials under way; gone when the search has ended."""
        return self.path / "checkpoints"

    @property
    def bundle(self) -> Path:
        return self.path / "bundle"

    @property
    def refit(self) -> Path:
        """The bundle of the winner trained on all there is, which `tunewright refit` makes."""
        return self.path / "refit"

    @property
    def results(self) -> Path:
        return self.path / "results.json"

    @property
    def report(self) -> Path:
        """Written last, after its figures."""
        return self.path / "report.html"

    @property
    def predictions(self) -> Path:
        return self.path / "predictions.csv"

    @property
    def by_seed(self) -> Path:
        """What the tuned model from each seed says of the sealed rows."""
        return self.path / "predictions_by_seed.csv"

    def keep_storage(self, place: "StudyPlace") -> None:
        # What is not known as a secret may be one, so others may not read it.
        lines = [to_keep(place.url), place.name, *["begun"] * place.begun]
        write_atomically(self.storage, "\n".join(lines) + "\n", mode=0o600)

    def study_place(self) -> "StudyPlace | None":
        """Where the study is kept, if not in study.db; at the URL that was given, if one was."""
        if not self.storage.exists():
            return None
        try:
            url, name, *begun = self.storage.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            raise RunFolderError(
                f"{self.storage} cannot be read: expected two lines, the URL of the storage and the name of the study; "
                "write them anew, or bring the file back"
            ) from None
        return StudyPlace(self.given or url, name, bool(begun))

    def keep_tracebacks(self, tracebacks: Mapping[int, str], *, of: str) -> None:
        """Write tracebacks of failed trials to failures/, by trial number. of: what was tried, in one word."""
        for number, text in tracebacks.items():
            (self.path / "failures").mkdir(exist_ok=True)
            write_atomically(self.path / "failures" / f"{of}-{number:04}.txt", text)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for this process. Raises RunFolderError where another has it or it cannot be written."""
        taken = f"another process works in {self.path}; wait for it or choose another --out"
        with locked(self.path / ".lock", taken=taken):
            yield


@dataclass(frozen=True)
class StudyPlace:
    """A study in a storage that many runs may share. name: of this one alone. begun: whether it must be there."""

    url: str
    name: str
    begun: bool = False


def new_folder(out: Path | None, name: str) -> RunFolder:
    """An empty run folder: `out`, or the first free one of runs/NAME, runs/NAME-2, ...

    Raises RunFolderError where `out` holds something already or cannot be written.
    """
    path = _first_free(Path("runs"), name) if out is None else out
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path):
            pass
        held = any(path.iterdir())
    except FileExistsError:
        raise RunFolderError(f"the output folder {path} is a file; choose another with --out") from None
    except OSError as error:
        raise RunFolderError(
            f"the output folder {path} cannot be written: {error.strerror or error}; choose another with --out"
        ) from None
    if held:
        raise RunFolderError(
            f"the output folder {path} is not empty; "
            f"go on there with `tunewright resume {path}` or choose another --out"
        )
    return RunFolder(path)


def fill_folder(out: Path | None, name: str, *, text: str, storage: str | None) -> RunFolder:
    """A new folder (`new_folder`) with its experiment in it. storage: a URL to keep the study at, not in study.db."""
    if storage is not None:
        open_storage(storage).close()
        storage = absolute(storage)
    folder = replace(new_folder(out, name), given=storage)
    if storage is not None:
        folder.keep_storage(StudyPlace(storage, f"{name} {uuid4()}"))
    write_atomically(folder.experiment, text)  # last: it is what makes a run folder
    return folder


def existing_folder(path: Path) -> RunFolder:
    """The folder of an earlier run. Raises RunFolderError where it is none."""
    folder = RunFolder(path)
    if not folder.experiment.is_file():
        raise RunFolderError(f"{path} is not a run folder: it has no experiment.toml; `tunewright tune` makes one")
    return folder


def going_on(folder: RunFolder, storage: str | None) -> RunFolder:
    """The same folder, its study at this URL, which may have a password or another host than the folder keeps.

    Raises RunFolderError where the study is in the folder itself.
    """
    place = folder.study_place()
    if place is None and storage is not None:
        raise RunFolderError(f"{folder.path} keeps its study itself, in {folder.study.name}; leave the storage out")
    if storage is not None:
        return replace(folder, given=storage)
    return folder if place is None else replace(folder, given=place.url)  # earlier versions kept passwords


def _first_free(parent: Path, name: str) -> Path:
    number = 1
    while (path := parent / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return path
