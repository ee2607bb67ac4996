"""Two LSTM layers in plain PyTorch, and the loop that everyone writes, over batches of indices."""

import math
from collections.abc import Callable, Iterator

import torch
from grid_task import Params, Task
from torch import Tensor, nn


class PlainLSTM(nn.Module):
    """First weights as Keras draws them: Glorot, orthogonal, forget bias 1; the second bias stays zero, as Keras has
    one."""

    def __init__(self, features: int, params: Params) -> None:
        super().__init__()
        self.first = _keras_like(nn.LSTM(features, params["units_1"], batch_first=True))
        self.second = _keras_like(nn.LSTM(params["units_1"], params["units_2"], batch_first=True))
        self.dropout = nn.Dropout(params["dropout"])
        self.head = nn.Linear(params["units_2"], 1)
        nn.init.xavier_uniform_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, windows: Tensor) -> Tensor:
        states, _ = self.first(windows)
        states, _ = self.second(self.dropout(states))
        return self.head(self.dropout(states[:, -1]))[:, 0]


def _keras_like(layer: nn.LSTM) -> nn.LSTM:
    units = layer.hidden_size
    with torch.no_grad():
        for name, one in layer.named_parameters():
            if name.startswith("weight_ih"):
                limit = math.sqrt(6 / sum(one.shape))
                one.uniform_(-limit, limit)
            elif name.startswith("weight_hh"):
                nn.init.orthogonal_(one)
            else:
                one.zero_()
                if name.startswith("bias_ih"):
                    one[units : 2 * units] = 1.0
                else:
                    one.requires_grad_(False)
    return layer


def epochs_of(task: Task, params: Params, seed: int) -> Iterator[float]:
    """Train, and give the validation error after each epoch."""
    torch.manual_seed(seed)
    windows, targets = torch.from_numpy(task.windows), torch.from_numpy(task.targets)
    held_out, wanted = torch.from_numpy(task.validation_windows), torch.from_numpy(task.validation_targets)
    model = PlainLSTM(windows.shape[2], params)
    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=task.learning_rate, fused=True)
    for _ in range(task.epochs):
        model.train()
        for batch in torch.randperm(len(windows)).split(task.batch_size):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(windows[batch]), targets[batch]).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            yield float(nn.functional.mse_loss(model(held_out), wanted))


def lowest(task: Task, params: Params, seed: int, each: Callable[[float], object] = lambda error: None) -> float:
    """The lowest validation error of all epochs; each epoch's lowest so far is told to `each`."""
    best = math.inf
    for error in epochs_of(task, params, seed):
        best = min(best, error)
        each(best)
    return best
