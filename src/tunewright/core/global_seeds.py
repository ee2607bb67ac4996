"""The generators that a user's own code draws from without a seed: those of `random`, NumPy and torch."""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_spares: list[Any] = []
"""NumPy's generators that are not in use: to make one takes longer than all the rest."""


@contextmanager
def global_seeds(seed: int) -> Iterator[None]:
    """Inside, they start from this seed, of 32 bits; afterwards they go on as they were before.

    torch counts from when it is loaded, which may be inside. Its streams on GPUs are seeded too, and not put back.
    """
    python, torch = random.getstate(), _Torch(seed)
    with _numpy_seeded(seed):
        try:
            random.seed(seed)
            torch.begin()
            yield
        finally:
            torch.end()
            random.setstate(python)


@contextmanager
def _numpy_seeded(seed: int) -> Iterator[None]:
    """NumPy draws from another generator meanwhile: changing it is faster than to set the state of the caller's."""
    import numpy as np  # here, as what only reads an experiment does without it

    streams: Any = np.random  # its types do not know of generators that are changed
    own, state = streams.get_bit_generator(), streams.get_state(legacy=False)
    spare = _spares.pop() if _spares else np.random.MT19937()
    streams.set_bit_generator(spare)
    try:
        streams.seed(seed)
        yield
    finally:
        streams.set_bit_generator(own)
        _spares.append(spare)
        if state["has_gauss"]:  # the second of two normal numbers, which is lost where the generator changes
            streams.set_state(state)


class _Torch:
    """The stream of torch. Where torch is not loaded, this is a finder of modules that seeds it once it is."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._back: Callable[[], None] | None = None

    def begin(self) -> None:
        if (loaded := sys.modules.get("torch")) is not None:
            self._start(loaded)
        else:
            sys.meta_path.insert(0, self)

    def end(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        if self._back is not None:
            self._back()

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """What the finders after this one say of torch, with a loader that seeds it; None for other modules."""
        if name != "torch":
            return None
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            if (spec := finder.find_spec(name, path, target)) is not None:
                spec.loader = _Loader(spec.loader, self._start)  # type: ignore[assignment]
                return spec
        return None

    def _start(self, torch: Any) -> None:
        """Seed it. The generator's own method is a hundred times faster than `manual_seed`, which sees to GPUs too."""
        generator = torch.default_generator
        before = generator.get_state()
        self._back = lambda: generator.set_state(before)
        (torch.manual_seed if _has_gpus() else generator.manual_seed)(self._seed)


@dataclass(frozen=True)
class _Loader:
    """A module's loader that does something once it has loaded it; the module never sees but the real one."""

    real: Any
    then: Callable[[Any], None]

    def create_module(self, spec: ModuleSpec) -> Any:
        return self.real.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self.real
        self.real.exec_module(module)
        self.then(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@cache
def _has_gpus() -> bool:
    """Whether torch, which is loaded, finds any; asked so that a process may still fork afterwards."""
    torch = sys.modules["torch"]
    return any(getattr(torch, kind).device_count() for kind in ("cuda", "mps", "xpu"))
