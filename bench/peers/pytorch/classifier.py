"""The twin of the classifier; see steps.py."""
from torch import nn
from torch.nn import functional as F


class HalvingBlock(nn.Module):
    def __init__(self, into, out):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(into), nn.Conv2d(into, out, 3, padding=1)
        self.norm2, self.conv2 = nn.BatchNorm2d(out), nn.Conv2d(out, out, 3, padding=1)
        self.shortcut = nn.Conv2d(into, out, 1)

    def forward(self, x):
        h = self.conv1(F.avg_pool2d(F.relu(self.norm1(x)), 2))
        return self.shortcut(F.avg_pool2d(x, 2)) + self.conv2(F.relu(self.norm2(h)))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleDict({
            "stem": nn.Conv2d(1, 32, 3, padding=1),
            "block1": HalvingBlock(32, 64),
            "block2": HalvingBlock(64, 128),
            "norm": nn.BatchNorm2d(128),
        })
        self.head = nn.ModuleDict({"hidden1": nn.Linear(128, 128), "logits": nn.Linear(128, 10)})

    def loss(self, x, noise):
        classes = (x[:, 0, 0, 0] * 255).round().long() % 10
        h = self.encoder["block2"](self.encoder["block1"](self.encoder["stem"](x)))
        h = F.relu(self.encoder["norm"](h)).mean((2, 3))
        return F.cross_entropy(self.head["logits"](F.relu(self.head["hidden1"](h))), classes)
