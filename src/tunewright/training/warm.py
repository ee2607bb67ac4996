"""What torch loads at first use, loaded at once: by the server that worker processes are forked from.

The first optimizer imports torch's compiler and sympy. That takes more than a second, which each worker would spend.
"""

import torch

torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
