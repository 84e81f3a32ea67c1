"""The twins of cyclegan and stargan; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

CHANNELS, BLOCKS = (16, 32, 64), 3


class Normalised(nn.Conv2d):
    """A convolution with instance normalisation, which takes a bias away again."""

    def __init__(self, into, out, kernel, told, stride=1, padding=0):
        super().__init__(into, out, kernel, stride, padding, bias=False)
        if told:
            self.told = nn.Linear(told, 2 * out)

    def forward(self, x, c):
        y = F.instance_norm(super().forward(x))
        if c is None:
            return y
        scale, shift = self.told(c)[:, :, None, None].chunk(2, 1)
        return y * (1 + scale) + shift


class ReflectingBlock(nn.Module):
    def __init__(self, channels, told):
        super().__init__()
        self.conv1 = Normalised(channels, channels, 3, told)
        self.conv2 = Normalised(channels, channels, 3, told)

    def forward(self, x, c):
        h = F.relu(self.conv1(F.pad(x, (1, 1, 1, 1), mode="reflect"), c))
        return x + self.conv2(F.pad(h, (1, 1, 1, 1), mode="reflect"), c)


class Translator(nn.Module):
    def __init__(self, colours, told, channels=CHANNELS, blocks=BLOCKS, into=None):
        super().__init__()
        full, half, quarter = channels
        self.blocks = blocks
        self.first = Normalised(into or colours, full, 7, told)
        self.down1 = Normalised(full, half, 3, told, 2, 1)
        self.down2 = Normalised(half, quarter, 3, told, 2, 1)
        for block in range(1, blocks + 1):
            self.add_module(f"block{block}", ReflectingBlock(quarter, told))
        self.up1 = Normalised(quarter, half, 3, told, padding=1)
        self.up2 = Normalised(half, full, 3, told, padding=1)
        self.last = nn.Conv2d(full, colours, 7)

    def forward(self, x, c=None):
        border = (3, 3, 3, 3)
        h = F.relu(self.first(F.pad(x, border, mode="reflect"), c))
        h = F.relu(self.down2(F.relu(self.down1(h, c)), c))
        for block in range(1, self.blocks + 1):
            h = getattr(self, f"block{block}")(h, c)
        h = F.relu(self.up1(F.interpolate(h, scale_factor=2.0), c))
        h = F.relu(self.up2(F.interpolate(h, scale_factor=2.0), c))
        return torch.tanh(self.last(F.pad(h, border, mode="reflect")))


class PatchJudge(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 4, 2, 1)
        self.conv2 = nn.Conv2d(32, 64, 4, 2, 1, bias=False)
        self.output = nn.Conv2d(64, 1, 3, padding=1)

    def forward(self, x):
        h = F.leaky_relu(F.instance_norm(self.conv2(F.leaky_relu(self.conv1(x), 0.2))), 0.2)
        return self.output(h).flatten(1)


class Pool:
    """The ImagePool of the authors, with its draws given."""

    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, images, exchange, place):
        shown = []
        for image, u, v in zip(images, exchange.tolist(), place.tolist()):
            if len(self.images) < self.size:
                self.images.append(image)
            elif u < 0.5:
                at = int(v * self.size)
                image, self.images[at] = self.images[at], image
            shown.append(image)
        return torch.stack(shown)


class Cyclegan(nn.Module):
    def __init__(self):
        super().__init__()
        self.generators = nn.ModuleDict({d: Translator(1, 0) for d in "01"})
        self.discriminators = nn.ModuleDict({d: PatchJudge() for d in "01"})


class CycleganGenerators(Cyclegan):
    def __init__(self):
        super().__init__()
        self.discriminators.requires_grad_(False)

    def loss(self, x, noise):
        images = 2 * x - 1
        to_first, to_second = self.generators["0"](images), self.generators["1"](images)
        (same_first, translated_second), (translated_first, same_second) = (
            to_first.chunk(2), to_second.chunk(2)
        )
        back = torch.cat([self.generators["0"](translated_first), self.generators["1"](translated_second)])
        judged = torch.cat([
            self.discriminators["1"](translated_first), self.discriminators["0"](translated_second)
        ])
        same = torch.cat([same_first, same_second])
        return (judged - 1).square().mean() + 10 * F.l1_loss(back, images) + 5 * F.l1_loss(same, images)


class CycleganDiscriminators(Cyclegan):
    def __init__(self):
        super().__init__()
        self.pools = [Pool(50), Pool(50)]

    def loss(self, x, noise):
        first, second = (2 * x - 1).chunk(2)
        with torch.no_grad():
            drawn = [self.generators["0"](second), self.generators["1"](first)]
            shown = [
                pool.query(
                    images,
                    noise(f"noise.pools.{d}.exchange", images.shape[0], uniform=True),
                    noise(f"noise.pools.{d}.place", images.shape[0], uniform=True),
                )
                for d, (pool, images) in enumerate(zip(self.pools, drawn))
            ]
        judge = lambda images: torch.cat([self.discriminators[str(d)](images[d]) for d in (0, 1)])
        return ((judge([first, second]) - 1).square() / 2 + judge(shown).square() / 2).mean()


ATTRIBUTES = 5


class StarJudge(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, 4, 2, 1)
        self.conv2 = nn.Conv2d(32, 64, 4, 2, 1)
        self.conv3 = nn.Conv2d(64, 128, 4, 2, 1)
        self.output = nn.Conv2d(128, 1, 3, padding=1)
        self.recognition = nn.Linear(128 * 16, ATTRIBUTES, bias=False)

    def forward(self, x):
        h = F.leaky_relu(self.conv2(F.leaky_relu(self.conv1(x), 0.01)), 0.01)
        h = F.leaky_relu(self.conv3(h), 0.01)
        return self.output(h).mean((1, 2, 3)), self.recognition(h.flatten(1))


class Stargan(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = Translator(4, ATTRIBUTES, into=3)
        self.discriminator = StarJudge()

    def translate(self, images, target):
        painted, mask = self.generator(images, target).split((3, 1), 1)
        return images + (mask + 1) / 2 * (painted - images)

    def begin(self, x, noise):
        own = (x[:, 0, 0, :ATTRIBUTES] * 255).round() % 2
        order = noise("noise.generator.order", x.shape[0], uniform=True)
        return 2 * x - 1, own, own[torch.argsort(order, descending=True)]


def realness(judged, attributes):
    """D(x, c) = r(x) + sum of s(c) a(x)."""
    real, recognised = judged
    return real + ((2 * attributes - 1) * recognised).sum(1)


class StarganDiscriminator(Stargan):
    @torch.enable_grad()
    def loss(self, x, noise):
        images, own, target = self.begin(x, noise)
        with torch.no_grad():
            drawn = self.translate(images, target)
        images.requires_grad_()
        judged = self.discriminator(images)
        right, mismatched = realness(judged, own), realness(judged, target)
        (slope,) = torch.autograd.grad(right.sum(), images, create_graph=True)
        wrong = F.softplus(realness(self.discriminator(drawn), target)) + F.softplus(mismatched)
        r1 = 0.3 / 2 * slope.square().flatten(1).sum(1)
        return (F.softplus(-right) + wrong / 2 + r1).mean()


class StarganGenerator(Stargan):
    def __init__(self):
        super().__init__()
        self.discriminator.requires_grad_(False)

    def loss(self, x, noise):
        images, own, target = self.begin(x, noise)
        drawn = self.translate(images, target)
        back = F.l1_loss(self.translate(drawn, own), images)
        return 3 * back + F.softplus(-realness(self.discriminator(drawn), target)).mean()
