"""The twin of image-gpt; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

from transformer import Block


class ImageGpt(nn.Module):
    """Over squares of 2×2 binary pixels: 14×14 places of 16 symbols."""

    def __init__(self, blocks=4, features=128, heads=4, side=14):
        super().__init__()
        self.blocks = blocks
        self.network = nn.ModuleDict({
            "symbols": nn.Embedding(16, features),
            "places": nn.ParameterDict({
                "rows": torch.empty(side, features),
                "columns": torch.empty(side, features),
            }),
            "stack": nn.ModuleDict({
                **{f"block{block}": Block(features, heads) for block in range(1, blocks + 1)},
                "norm": nn.LayerNorm(features),
            }),
            "logits": nn.Linear(features, 16),
        })
        self.network.register_parameter("start", nn.Parameter(torch.empty(features)))

    def loss(self, x, noise):
        net = self.network
        squares = F.pixel_unshuffle(x, 2).flatten(2)
        symbols = (squares * torch.tensor([1.0, 2.0, 4.0, 8.0])[:, None]).sum(1).long()
        rows, columns = net["places"]["rows"], net["places"]["columns"]
        places = (rows[:, None] + columns[None]).flatten(0, 1)
        start = net.start.expand(x.shape[0], 1, -1)
        h = torch.cat([start, net["symbols"](symbols[:, :-1])], 1) + places
        for block in range(1, self.blocks + 1):
            h = net["stack"][f"block{block}"](h, causal=True)
        logits = net["logits"](net["stack"]["norm"](h))
        nll = F.cross_entropy(logits.flatten(0, 1), symbols.flatten(), reduction="sum")
        return nll / x.shape[0]
