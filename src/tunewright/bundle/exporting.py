"""A bundle's network as one file for other programs, and beside it in JSON what goes in and what comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from tunewright import __version__
from tunewright.bundle.folder import BundleFolder
from tunewright.bundle.refitted import refit_of
from tunewright.core.codec import Json, dumps, write_atomically, written
from tunewright.core.errors import ConfigError
from tunewright.core.words import not_installed

FORMATS: Mapping[str, str] = MappingProxyType({"onnx": ".onnx", "torch": ".pt2", "keras": ".keras"})
"""How the files of each format end."""

_ONNX = ("onnx", "onnxscript", "onnxruntime")


@dataclass(frozen=True)
class Converted:
    """A network as the bytes of a file. compared: how far what it makes of other inputs is from what the bundle makes
    of them, in words; "" where the bytes are those of the bundle. difference: the same as a number."""

    data: bytes
    difference: float = 0.0
    compared: str = ""


class Network(Protocol):
    """A bundle's network. formats: what it can be written as, the usual one first."""

    @property
    def formats(self) -> Sequence[str]: ...

    def converted(self, form: str, about: str) -> Converted:
        """about: goes with the network where the format has a place for it. Raises BundleError."""
        ...


@dataclass(frozen=True)
class Held:
    """A network that the bundle holds as a file of its own, which is exported as it is."""

    form: str
    data: bytes

    @property
    def formats(self) -> Sequence[str]:
        return (self.form,)

    def converted(self, form: str, about: str) -> Converted:
        return Converted(self.data)


@dataclass(frozen=True)
class Exportable:
    """What a kind exports. family: of the network, in words. about: what whoever runs it needs to know, under keys of
    the kind's own."""

    network: Network
    family: str
    about: Mapping[str, Json]


@dataclass(frozen=True)
class Exported:
    """file: the network. about: JSON beside it. difference: as of `Converted`. lines: all this in words."""

    file: Path
    about: Path
    form: str
    difference: float
    lines: tuple[str, ...]


def check_format(form: str | None) -> None:
    """Raises ConfigError for a format that is unknown, or whose packages are not installed. None: the usual one."""
    if form is not None and form not in FORMATS:
        raise ConfigError(f"--format: expected {', '.join(FORMATS)}, found {form!r}")
    absent = [name for name in _ONNX if find_spec(name) is None] if form == "onnx" else []
    if absent:
        raise ConfigError(f"--format onnx: {not_installed(absent[0], extra='onnx')}")


def write_export(folder: BundleFolder, given: Exportable, *, form: str | None, out: Path | None) -> Exported:
    """Convert, compare, and only then write. out: the file; by default of the bundle's name, in export/ beside it.

    Raises ConfigError where the network has no such format, BundleError where it cannot be converted or computes
    something else then, RunFolderError where the file cannot be written.
    """
    form = form or given.network.formats[0]
    if form not in given.network.formats:
        named = " or ".join(given.network.formats)
        raise ConfigError(f"--format {form}: expected {named} for the bundle's {given.family}; leave --format out")
    check_format(form)
    refit = refit_of(folder)
    label: dict[str, Json] = {"tested": True} if refit is None else {"tested": False, "refit": refit.as_dict()}
    about = {"tunewright": __version__, "format": form, **label, **given.about}
    made = given.network.converted(form, dumps(about))
    if out is None:
        bundle = folder.path.resolve()
        out = bundle.parent / "export" / f"{bundle.name}{FORMATS[form]}"
        with written(out.parent):
            out.parent.mkdir(exist_ok=True)
    beside = out.with_name(f"{out.name}.json")
    write_atomically(beside, dumps({**about, **({"difference": made.difference} if made.compared else {})}))
    write_atomically(out, made.data)
    lines = [f"exported  {out}", *([f"compared  {made.compared}"] if made.compared else []), f"about     {beside}"]
    return Exported(out, beside, form, made.difference, (*lines, *(refit.lines() if refit else ())))
