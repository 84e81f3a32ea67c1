"""The twin of the row-LSTM; see steps.py."""
import torch
from torch import nn

from losses import mean_nll
from pixelcnn import MaskedConv2d


class RowLstm(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.layer = nn.ModuleDict({
            "first": MaskedConv2d(1, hidden, 7, 7, centre=False),
            "input": MaskedConv2d(hidden, 4 * hidden, 1, 3, centre=True),
            "state": nn.Conv2d(hidden, 4 * hidden, (1, 3), padding=(0, 1), bias=False),
            "logits": nn.Conv2d(hidden, 1, 1),
        })

    def loss(self, x, noise):
        rows = self.layer["input"](self.layer["first"](x)).split(1, 2)
        h = c = x.new_zeros(x.shape[0], self.hidden, 1, x.shape[3])
        shown = []
        for row in rows:
            keep, write, show, content = (row + self.layer["state"](h)).chunk(4, 1)
            c = torch.sigmoid(keep) * c + torch.sigmoid(write) * torch.tanh(content)
            h = torch.sigmoid(show) * torch.tanh(c)
            shown.append(h)
        return mean_nll(self.layer["logits"](torch.cat(shown, 2)), x)
