"""The twins of the transformers, and their parts; see steps.py."""
import math

import torch
from torch import nn
from torch.nn import functional as F


def attend(query, key, value, mask=None, causal=False):
    """Of [B, heads, T, D / heads], by one kernel where this PyTorch has it; a mask is added to the scores."""
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(query, key, value, mask, is_causal=causal)
    scores = query @ key.transpose(2, 3) * query.shape[3] ** -0.5
    if causal:
        scores = scores + scores.new_full(scores.shape[2:], -math.inf).triu(1)
    elif mask is not None:
        scores = scores + mask
    return torch.softmax(scores, -1) @ value


class Attention(nn.Module):
    """Of positions [B, T, D] to each other."""

    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key = nn.Linear(features, features), nn.Linear(features, features)
        self.value, self.output = nn.Linear(features, features), nn.Linear(features, features)

    def forward(self, x, mask=None, causal=False):
        batch, length, features = x.shape
        split = (batch, length, self.heads, features // self.heads)
        query, key, value = (
            project(x).reshape(split).transpose(1, 2) for project in (self.query, self.key, self.value)
        )
        seen = attend(query, key, value, mask, causal)
        return self.output(seen.transpose(1, 2).reshape(x.shape))


class Block(nn.Module):
    """With the normalisations before the branches."""

    def __init__(self, features, heads):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        self.attention = Attention(features, heads)
        self.norm2 = nn.LayerNorm(features)
        self.widen = nn.Linear(features, 4 * features)
        self.narrow = nn.Linear(4 * features, features)

    def forward(self, h, mask=None, causal=False):
        h = h + self.attention(self.norm1(h), mask, causal)
        return h + self.narrow(F.gelu(self.widen(self.norm2(h))))


class Transformer(nn.Module):
    def __init__(self, layers, features, length):
        super().__init__()
        self.layers = layers
        self.decoder = nn.ModuleDict({
            "symbols": nn.Embedding(256, features),
            "positions": nn.Embedding(length, features),
            **{f"block{layer}": Block(features, features // 32) for layer in range(1, layers + 1)},
            "norm": nn.LayerNorm(features),
            "logits": nn.Linear(features, 256),
        })

    def loss(self, x, noise):
        row = (x * 255).round().long().flatten(1)
        h = self.decoder["symbols"](row[:, :-1]) + self.decoder["positions"].weight
        for layer in range(1, self.layers + 1):
            h = self.decoder[f"block{layer}"](h, causal=True)
        logits = self.decoder["logits"](self.decoder["norm"](h))
        nll = F.cross_entropy(logits.flatten(0, 1), row[:, 1:].flatten(), reduction="sum")
        return nll / x.shape[0]
