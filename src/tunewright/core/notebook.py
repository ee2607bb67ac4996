"""Whether this process is the kernel of a notebook."""

import sys


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook: its shell is IPython's for kernels, or made from it."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return any(one.__name__ == "ZMQInteractiveShell" for one in type(shell).__mro__)
