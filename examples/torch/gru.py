"""A network of one's own for prices: `tunewright tune gru.toml`."""

from torch import Tensor, nn


class Net(nn.Module):
    def __init__(self, features: int, width: int, dropout: float) -> None:
        super().__init__()
        self.layer = nn.GRU(features, width, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, 1)

    def forward(self, windows: Tensor) -> Tensor:
        states, _ = self.layer(windows)
        forecast: Tensor = self.head(self.dropout(states[:, -1]))
        return forecast


def net(shape: tuple[int, int], *, width: int = 16, dropout: float = 0.1) -> Net:
    _, features = shape
    return Net(features, width, dropout)
