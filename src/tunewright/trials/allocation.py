"""How workers get their memory from the system."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

_TUNABLES = "GLIBC_TUNABLES"
_KEPT = ":".join(
    f"glibc.malloc.{name}={value}"
    for name, value in (("hugetlb", 1), ("mmap_threshold", 2**25), ("trim_threshold", 2**31), ("top_pad", 2**26))
)


@contextmanager
def memory_kept() -> Iterator[None]:
    """Processes started inside keep the memory that they free, in huge pages, where glibc allocates it.

    A step of a convolutional network frees and takes hundreds of megabytes; given back and zeroed by the kernel each
    time, they cost an eighth of the step (benchmarks/image_step.py). What the user has set counts.
    """
    before = os.environ.get(_TUNABLES)
    os.environ[_TUNABLES] = ":".join([_KEPT, before] if before else [_KEPT])
    try:
        yield
    finally:
        if before is None:
            del os.environ[_TUNABLES]
        else:
            os.environ[_TUNABLES] = before
