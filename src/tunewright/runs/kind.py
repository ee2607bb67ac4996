"""A kind of experiment as a value: all that the program asks of it, from its file to its page.

Nobody outside a wing asks what an experiment, a run, a result or a bundle is: its kind is looked up and called. What
takes long to load lies behind functions, so that reading and checking an experiment needs none of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from tunewright.core.codec import Json
from tunewright.core.space import Space

if TYPE_CHECKING:
    from tunewright.bundle.exporting import Exportable
    from tunewright.bundle.folder import BundleFolder
    from tunewright.bundle.predicted import Predicted, Request
    from tunewright.report.compared.outcome import Contest
    from tunewright.report.page import Page
    from tunewright.runs.finished import Finished
    from tunewright.runs.parts import Life

E = TypeVar("E")
B = TypeVar("B")


class Card(Protocol):
    """What was found in a source of data."""

    def lines(self) -> Sequence[str]: ...

    def as_dict(self) -> Mapping[str, Json]: ...


class Audited(Protocol):
    """What the search for leaks found: empty where there is none."""

    @property
    def findings(self) -> Sequence[Any]: ...

    def lines(self) -> Sequence[str]: ...

    def as_dict(self) -> Mapping[str, Json]: ...


@dataclass(frozen=True)
class Sources:
    """Data that a kind reads by itself, for the command `data`.

    noun: what they are, in the plural. owns: whether a source is of this kind, found out in milliseconds. recipe: by
    which they are tuned where none is named. options: names of those that `card` takes; it gets those that were given,
    as text. Raises DataError or ConfigError.
    """

    noun: str
    owns: Callable[[str], bool]
    recipe: str
    options: tuple[str, ...]
    card: Callable[[str, Mapping[str, str]], Card]


@dataclass(frozen=True)
class Bundles(Generic[B]):
    """The saved models of a kind.

    options: of `predict`, those that mean something to it. read: an open folder as a bundle, with the user's function
    that makes its network where it needs one (BundleError). predict: what `tunewright predict` says (InputError).
    export: the network of an open folder for other programs, with the places of the user's functions that it needs
    (InputError); None where there is none.
    """

    options: tuple[str, ...]
    read: Callable[["BundleFolder", Callable[..., Any] | None], B]
    predict: Callable[["BundleFolder", "Request"], "Predicted"]
    export: Callable[["BundleFolder", Sequence[str]], "Exportable"] | None = None


@dataclass(frozen=True)
class Kind(Generic[E]):
    """names: what `kind` may say in its files. noun: one of its experiments, in words.

    check: the content of a file, and the folder where relative paths start -> the experiment (ConfigError in one line).
    space: what of it may be widened while a study is under way; None where nothing may change. renew: the content of a
    run folder's file that an earlier version wrote, as this one says it. life: what a run does, loaded when one begins.
    page: the report's page from a run folder and its results.json (RunFolderError). audit: looks for leaks
    (InputError); None where there is nothing to look for. compare: finished runs of it with each other, paired where
    that can be (InputError); None where they cannot be compared. ended: what a run came to, in a few words for a list
    of runs, from its results.json, which may be of any version (KeyError, TypeError, ValueError where it is damaged).
    preload: modules, by name, that whatever trains trials has to load first, which it may while the data is read.
    """

    names: tuple[str, ...]
    noun: str
    check: Callable[[Mapping[str, Any], Path], E]
    life: Callable[[], "Life[E, Any, Any]"]
    page: Callable[[Path, Mapping[str, Any]], "Page"]
    space: Callable[[E], Space] | None = None
    renew: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values
    sources: Sources | None = None
    bundles: Bundles[Any] | None = None
    audit: Callable[[E], Audited] | None = None
    compare: Callable[[Sequence["Finished"]], "Contest"] | None = None
    ended: Callable[[Mapping[str, Any]], str] = lambda results: "finished"
    preload: Callable[[E], Sequence[str]] = lambda experiment: ()
