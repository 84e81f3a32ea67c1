"""A pre-norm transformer block; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, features, head=32):
        super().__init__()
        self.head = head
        self.norm1 = nn.LayerNorm(features)
        projections = ("query", "key", "value", "output")
        self.attention = nn.ModuleDict({n: nn.Linear(features, features) for n in projections})
        self.norm2 = nn.LayerNorm(features)
        self.widen = nn.Linear(features, 4 * features)
        self.narrow = nn.Linear(4 * features, features)

    def attend(self, x, mask):
        batch, length, features = x.shape
        split = (batch, length, features // self.head, self.head)
        query, key, value = (
            self.attention[name](x).reshape(split).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(2, 3) * self.head**-0.5 + mask
        seen = torch.softmax(scores, -1) @ value
        return self.attention["output"](seen.transpose(1, 2).reshape(x.shape))

    def forward(self, h, mask):
        h = h + self.attend(self.norm1(h), mask)
        return h + self.narrow(F.gelu(self.widen(self.norm2(h))))
