"""A network of the user's own as the module that training and forecasts know."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedParameter

from tunewright.core.errors import TrialFailure
from tunewright.core.words import told

_SEEDS = 2**63 - 1


@final
class Custom(nn.Module):
    """Windows of shape (time_step, batch, features) in, one forecast each of shape (batch,) out.

    What the user's module draws from torch's global stream, such as dropout, comes from the generator that is given.
    still: modules in it that judge while the others train, as they are not trained.
    """

    still: tuple[nn.Module, ...] = ()

    def __init__(self, network: nn.Module, shape: tuple[int, int], *, name: str, batch_first: bool) -> None:
        """shape: (time_step, features). name: of the function that made it, for messages."""
        super().__init__()
        self.network = network
        self._name, self._batch_first = name, batch_first
        if any(isinstance(one, UninitializedParameter) for one in network.parameters()):
            with torch.no_grad():  # lazy layers learn their sizes from what they see first
                self(torch.zeros(shape[0], 2, shape[1]))

    def forward(self, windows: Tensor, dropout: torch.Generator | None = None) -> Tensor:
        """With a `dropout` generator the model trains; without one it predicts. Raises TrialFailure."""
        given = windows.transpose(0, 1).contiguous() if self._batch_first else windows
        if dropout is None:
            self.network.eval()
            return self._called(given, windows.shape[1])
        self.network.train()
        for module in self.still:
            module.eval()
        with drawing(dropout):
            return self._called(given, windows.shape[1])

    def _called(self, given: Tensor, batch: int) -> Tensor:
        try:
            found: Any = self.network(given)
        except Exception as error:
            order = "(batch, time_step, features)" if self._batch_first else "(time_step, batch, features)"
            raise TrialFailure(
                f"the network of {self._name} failed on windows of shape {tuple(given.shape)}, {order}: {told(error)}"
            ) from error
        if not isinstance(found, Tensor) or found.shape not in ((batch,), (batch, 1)):
            shown = f"shape {tuple(found.shape)}" if isinstance(found, Tensor) else type(found).__name__
            raise TrialFailure(
                f"the network of {self._name} gave {shown} for {batch} windows; expected one forecast each, of shape "
                f"({batch},) or ({batch}, 1)"
            )
        return found.reshape(batch)


@contextmanager
def drawing(generator: torch.Generator) -> Iterator[None]:
    """While this holds, torch's global stream goes on from the generator; afterwards it is as it was."""
    seed = int(torch.randint(_SEEDS, (), generator=generator))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
