"""A network that torch traces, as a program of ONNX or of `torch.export`; it is compared before anything is written."""

import io
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.fx import GraphModule

from tunewright.bundle.exporting import Converted
from tunewright.core.errors import BundleError
from tunewright.core.words import told

TOLERANCE = 1e-5
"""How far what a program computes may be from what the bundle computes, in units of its scale."""
ABOUT = "tunewright.json"
"""Under this name a program holds what is to be known of it."""
_MOST, _LEAST, _NUMBERS = 1000, 16, 2**22
_REMEDY = "try another --format, or load it in Python with tunewright.entrance.load_bundle"

Run = Callable[[npt.NDArray[Any]], npt.NDArray[Any]]


def samples(shape: tuple[int, ...]) -> int:
    """How many inputs of this shape are compared: 1,000, or fewer where they are large."""
    return min(_MOST, max(_LEAST, _NUMBERS // prod(shape)))


@dataclass(frozen=True, eq=False)
class Program:
    """module: one tensor in, one out, the batch first in both. input, output: their names.

    given: random inputs. expected: what the bundle makes of them. scale: one number, or one for each of the latter, in
    units of which differences are told; unit: its name. what: the inputs in words, in the plural.
    """

    module: nn.Module
    input: str
    output: str
    given: Tensor
    expected: npt.NDArray[np.floating]
    scale: npt.NDArray[np.floating] | float
    unit: str
    what: str
    formats: ClassVar[tuple[str, ...]] = ("onnx", "torch")

    def converted(self, form: str, about: str) -> Converted:
        """The program as a file, which was run. Raises BundleError where torch cannot trace the module, or where what
        comes out is further off than the tolerance."""
        convert, runner = _FORMS[form]
        with _quiet():
            try:
                data = convert(self, about)
                run = runner(self, data)
                # One alone and all others: the batch is of any size.
                found = np.concatenate([run(self.given[:1].numpy()), run(self.given[1:].numpy())])
            except Exception as error:  # of torch, of ONNX Runtime, of the user's own network
                raise BundleError(
                    f"the bundle's network cannot be exported as {form}: {told(error)}; {_REMEDY}"
                ) from None
        difference = float(np.max(np.abs(found.astype(np.float64) - self.expected) / self.scale))
        if not difference <= TOLERANCE:
            raise BundleError(
                f"the bundle's network is not exported: as {form} it computes something else, expected at most "
                f"{TOLERANCE:g} of {self.unit}, found {difference:.2g} on {len(self.given):,} {self.what}; {_REMEDY}"
            )
        compared = f"{len(self.given):,} {self.what}: within {difference:.1e} of {self.unit}"
        return Converted(data, difference, compared)

    def traced(self) -> ExportedProgram:
        # Of its own memory, as a program keeps the example that it was traced with.
        example, batch = self.given[:2].clone(), {0: Dim("batch", min=1)}
        with torch.no_grad():
            traced = torch.export.export(self.module, (example,), dynamic_shapes=(batch,))
        for part in traced.graph_module.modules():
            for node in part.graph.nodes if isinstance(part, GraphModule) else ():
                node.meta.pop("stack_trace", None)  # paths of the machine that it was made on
        return traced


def _to_torch(program: Program, about: str) -> bytes:
    stream = io.BytesIO()
    torch.export.save(program.traced(), stream, extra_files={ABOUT: about})
    return stream.getvalue()


def _run_torch(program: Program, data: bytes) -> Run:
    module = torch.export.load(io.BytesIO(data)).module()

    def run(given: npt.NDArray[Any]) -> npt.NDArray[Any]:
        with torch.no_grad():
            found: Tensor = module(torch.from_numpy(given))
        return found.numpy()

    return run


def _to_onnx(program: Program, about: str) -> bytes:
    made: Any = torch.onnx.export(
        program.traced(),
        input_names=[program.input],
        output_names=[program.output],
        external_data=False,
        verbose=False,
    )
    (given,) = made.model.graph.inputs
    made.rename_axes({given.shape[0]: "batch"})
    made.model.metadata_props[ABOUT] = about
    return bytes(made.model_proto.SerializeToString())


def _run_onnx(program: Program, data: bytes) -> Run:
    import onnxruntime

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return lambda given: session.run([program.output], {program.input: given})[0]


_FORMS: Mapping[str, tuple[Callable[[Program, str], bytes], Callable[[Program, bytes], Run]]] = MappingProxyType(
    {"onnx": (_to_onnx, _run_onnx), "torch": (_to_torch, _run_torch)}
)


@contextmanager
def _quiet() -> Iterator[None]:
    """Exporters tell of packages that they do not need, and of doubts that the comparison settles."""
    log = logging.getLogger("torch.onnx")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
