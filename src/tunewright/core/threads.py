"""How many threads PyTorch computes on: a part of what makes a result, as sums follow the threads."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def threads(count: int) -> Iterator[None]:
    """PyTorch on `count` threads inside. One is fastest for small networks, and gives one order of sums."""
    import torch  # takes seconds to load, and not all that imports this room needs it

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
