"""The steps of bench/steps, written in idiomatic PyTorch.

Each is a module with a method `loss(x, noise)`, the mean over the batch. Parameters have the same names
as in Figment, so that weights can be transferred and models compared by name.
`noise(name, *shape)` draws standard normal numbers, or uniform ones with `uniform=True`.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from puzzle_gan import PuzzleGanDiscriminator, PuzzleGanGenerator
from text_gan import TextGanDiscriminator, TextGanGenerator
from transformer import Block
from translation import (
    CycleganDiscriminators,
    CycleganGenerators,
    StarganDiscriminator,
    StarganGenerator,
)


def mean_nll(logits, x):
    """Bernoulli negative log-likelihood, summed over an image's pixels."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / x.shape[0]


class Vae(nn.Module):
    def __init__(self, encoder, decoder):
        super().__init__()
        self.encoder = nn.ModuleDict(encoder)
        self.decoder = nn.ModuleDict(decoder)

    def loss(self, x, noise):
        h = self.encode(x)
        mean, log_var = self.encoder["mean"](h), self.encoder["logVar"](h)
        z = mean + torch.exp(0.5 * log_var) * noise("noise.eps", *mean.shape)
        kl = 0.5 * (log_var.exp() + mean.square() - log_var - 1).sum(1)
        return mean_nll(self.decode(z), x) + kl.mean()


class VaeMlp(Vae):
    def __init__(self):
        super().__init__(
            {"hidden1": nn.Linear(784, 400), "mean": nn.Linear(400, 20), "logVar": nn.Linear(400, 20)},
            {"hidden1": nn.Linear(20, 400), "output": nn.Linear(400, 784)},
        )

    def encode(self, x):
        return F.relu(self.encoder["hidden1"](x.flatten(1)))

    def decode(self, z):
        h = F.relu(self.decoder["hidden1"](z))
        return self.decoder["output"](h).reshape(-1, 1, 28, 28)


class VaeConv(Vae):
    def __init__(self):
        half = {"kernel_size": 3, "stride": 2, "padding": 1}
        super().__init__(
            {
                "conv1": nn.Conv2d(1, 32, **half),
                "conv2": nn.Conv2d(32, 64, **half),
                "hidden1": nn.Linear(64 * 49, 400),
                "mean": nn.Linear(400, 20),
                "logVar": nn.Linear(400, 20),
            },
            {
                "hidden1": nn.Linear(20, 400),
                "hidden2": nn.Linear(400, 64 * 49),
                "deconv1": nn.ConvTranspose2d(64, 32, output_padding=1, **half),
                "deconv2": nn.ConvTranspose2d(32, 1, output_padding=1, **half),
            },
        )

    def encode(self, x):
        h = F.relu(self.encoder["conv1"](x))
        h = F.relu(self.encoder["conv2"](h))
        return F.relu(self.encoder["hidden1"](h.flatten(1)))

    def decode(self, z):
        h = F.relu(self.decoder["hidden1"](z))
        h = F.relu(self.decoder["hidden2"](h)).reshape(-1, 64, 7, 7)
        return self.decoder["deconv2"](F.relu(self.decoder["deconv1"](h)))


def squared(pixels, x):
    """Squared error, summed over an image's pixels."""
    return (pixels - x).square().sum() / x.shape[0]


class Autoencoder(nn.Module):
    def __init__(self, code):
        super().__init__()
        half = {"kernel_size": 3, "stride": 2, "padding": 1}
        self.encoder = nn.ModuleDict({
            "conv1": nn.Conv2d(1, 32, **half),
            "conv2": nn.Conv2d(32, 64, **half),
            "code": nn.Linear(64 * 49, code),
        })
        self.decoder = nn.ModuleDict({
            "code": nn.Linear(code, 64 * 49),
            "conv2": nn.ConvTranspose2d(64, 32, output_padding=1, **half),
            "conv1": nn.ConvTranspose2d(32, 1, output_padding=1, **half),
        })

    def reconstruct(self, x):
        h = F.relu(self.encoder["conv2"](F.relu(self.encoder["conv1"](x))))
        code = self.encoder["code"](h.flatten(1))
        h = F.relu(self.decoder["code"](code)).reshape(-1, 64, 7, 7)
        return torch.sigmoid(self.decoder["conv1"](F.relu(self.decoder["conv2"](h))))

    def loss(self, x, noise):
        return squared(self.reconstruct(x), x)


class DenoisingAutoencoder(Autoencoder):
    def loss(self, x, noise):
        return squared(self.reconstruct(x + 0.5 * noise("noise.corruption", *x.shape)), x)


class SparseAutoencoder(nn.Module):
    def __init__(self, target=0.05, weight=5):
        super().__init__()
        self.target, self.weight = target, weight
        self.encoder = nn.ModuleDict({"code": nn.Linear(784, 256)})
        self.decoder = nn.ModuleDict({"code": nn.Linear(256, 784)})

    def loss(self, x, noise):
        code = torch.sigmoid(self.encoder["code"](x.flatten(1)))
        rate = code.mean(0).clamp(1e-6, 1 - 1e-6)
        target = self.target
        kl = target * torch.log(target / rate) + (1 - target) * torch.log((1 - target) / (1 - rate))
        pixels = torch.sigmoid(self.decoder["code"](code)).reshape(x.shape)
        return squared(pixels, x) + self.weight * kl.sum()


class GridBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(F.relu(x))))


class DiscreteDecoder(nn.Module):
    def __init__(self, codes, length):
        super().__init__()
        half = {"kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}
        self.codebook = nn.Parameter(torch.randn(codes, length))
        self.vectors = nn.Conv2d(length, 64, 3, padding=1)
        self.block1 = GridBlock(64)
        self.deconv1 = nn.ConvTranspose2d(64, 32, **half)
        self.deconv2 = nn.ConvTranspose2d(32, 1, **half)

    def forward(self, shares):
        h = F.conv2d(shares, self.codebook.t()[:, :, None, None])
        h = F.relu(self.block1(self.vectors(h)))
        return self.deconv2(F.relu(self.deconv1(h)))


class Dvae(nn.Module):
    def __init__(self, codes=128, length=32):
        super().__init__()
        self.codes = codes
        half = {"kernel_size": 3, "stride": 2, "padding": 1}
        self.encoder = nn.ModuleDict({
            "conv1": nn.Conv2d(1, 32, **half),
            "conv2": nn.Conv2d(32, 64, **half),
            "block1": GridBlock(64),
            "codes": nn.Conv2d(64, codes, 1),
        })
        self.decoder = DiscreteDecoder(codes, length)

    def loss(self, x, noise):
        h = F.relu(self.encoder["conv2"](F.relu(self.encoder["conv1"](x))))
        logits = self.encoder["codes"](F.relu(self.encoder["block1"](h)))
        u = noise("noise.gumbel", *logits.shape, uniform=True).clamp_min(2.0 ** -25)
        shares = F.softmax(logits - torch.log(-torch.log(u)), 1)
        log_probs = F.log_softmax(logits, 1)
        kl = (log_probs.exp() * (log_probs + math.log(self.codes))).sum((1, 2, 3))
        return mean_nll(self.decoder(shares), x) + kl.mean()


class Aae(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [784, 512, 256, 2]
        names = ["hidden1", "hidden2", "code"]
        self.encoder = nn.ModuleDict({n: nn.Linear(widths[i], widths[i + 1]) for i, n in enumerate(names)})
        self.decoder = nn.ModuleDict({n: nn.Linear(widths[i + 1], widths[i]) for i, n in enumerate(names)})
        self.critic = nn.ModuleDict(
            {"hidden1": nn.Linear(2, 128), "hidden2": nn.Linear(128, 128), "output": nn.Linear(128, 1)}
        )

    def encode(self, x):
        h = F.relu(self.encoder["hidden1"](x.flatten(1)))
        return self.encoder["code"](F.relu(self.encoder["hidden2"](h)))

    def decode(self, z):
        h = F.relu(self.decoder["hidden2"](F.relu(self.decoder["code"](z))))
        return torch.sigmoid(self.decoder["hidden1"](h))

    def realness(self, z):
        h = F.leaky_relu(self.critic["hidden1"](z), 0.01)
        return self.critic["output"](F.leaky_relu(self.critic["hidden2"](h), 0.01)).flatten()


class AaeDiscriminate(Aae):
    def __init__(self):
        super().__init__()
        del self.decoder

    def loss(self, x, noise):
        with torch.no_grad():
            codes = self.encode(x)
        place = 2 * math.pi * noise("noise.place", x.shape[0], 1, uniform=True)
        radius = noise("noise.prior", x.shape[0], 2).norm(dim=1, keepdim=True)
        prior = torch.cat([radius * place.cos(), radius * place.sin()], 1).requires_grad_()
        real = self.realness(prior)
        slope, = torch.autograd.grad(real.sum(), prior, create_graph=True)
        loss = F.softplus(-real) + F.softplus(self.realness(codes))
        return (loss + 0.05 * slope.square().sum(1)).mean()


class AaeReconstruct(Aae):
    def loss(self, x, noise):
        z = self.encode(x)
        errors = (self.decode(z) - x.flatten(1)).square().sum(1)
        return (errors + 10 * F.softplus(-self.realness(z))).mean()


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


class MaskedConv2d(nn.Conv2d):
    """Sees pixels above and left of the centre, and the centre if `centre` is set."""

    def __init__(self, into, out, rows, columns, centre):
        super().__init__(into, out, (rows, columns), padding=(rows // 2, columns // 2))
        middle = rows * columns // 2 + int(centre)
        mask = torch.arange(rows * columns) < middle
        self.register_buffer("mask", mask.float().reshape(1, 1, rows, columns))

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


class PixelCnn(nn.Module):
    def __init__(self, channels):
        super().__init__()
        layers = {"conv1": MaskedConv2d(1, channels, 7, 7, centre=False)}
        for layer in range(2, 8):
            layers[f"conv{layer}"] = MaskedConv2d(channels, channels, 3, 3, centre=True)
        layers["logits"] = nn.Conv2d(channels, 1, 1)
        self.stack = nn.ModuleDict(layers)

    def loss(self, x, noise):
        h = x
        for layer in range(1, 8):
            h = F.relu(self.stack[f"conv{layer}"](h))
        return mean_nll(self.stack["logits"](h), x)


class Generator(nn.Module):
    def __init__(self, side, channels, widths):
        super().__init__()
        self.seed = (widths[0], side // 2 ** len(widths), side // 2 ** len(widths))
        self.dense = nn.Linear(100, widths[0] * self.seed[1] ** 2, bias=False)
        self.norm0 = nn.BatchNorm2d(widths[0])
        self.depth = len(widths) - 1
        for layer in range(1, len(widths)):
            into, out = widths[layer - 1], widths[layer]
            self.add_module(f"deconv{layer}", nn.ConvTranspose2d(into, out, 4, 2, 1, bias=False))
            self.add_module(f"norm{layer}", nn.BatchNorm2d(out))
        self.image = nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.norm0(self.dense(z).reshape(-1, *self.seed)))
        for layer in range(1, self.depth + 1):
            h = getattr(self, f"deconv{layer}")(h)
            h = F.relu(getattr(self, f"norm{layer}")(h))
        return torch.tanh(self.image(h))


class Discriminator(nn.Module):
    def __init__(self, side, channels, widths):
        super().__init__()
        into = channels
        self.depth = len(widths)
        for layer, out in enumerate(reversed(widths), 1):
            self.add_module(f"conv{layer}", nn.Conv2d(into, out, 4, 2, 1, bias=layer == 1))
            if layer > 1:
                self.add_module(f"norm{layer}", nn.BatchNorm2d(out))
            into = out
        self.real = nn.Linear(into * (side // 2 ** len(widths)) ** 2, 1)

    def forward(self, x):
        h = x
        for layer in range(1, self.depth + 1):
            h = getattr(self, f"conv{layer}")(h)
            if layer > 1:
                h = getattr(self, f"norm{layer}")(h)
            h = F.leaky_relu(h, 0.2)
        return self.real(h.flatten(1)).flatten()


class Dcgan(nn.Module):
    def __init__(self, side, channels, widths):
        super().__init__()
        self.generator = Generator(side, channels, widths)
        self.discriminator = Discriminator(side, channels, widths)

    def draw(self, x, noise):
        return self.generator(noise("noise.generator.z", x.shape[0], 100))


class DcganGenerator(Dcgan):
    def __init__(self, *shape):
        super().__init__(*shape)
        self.discriminator.requires_grad_(False)

    def loss(self, x, noise):
        return F.softplus(-self.discriminator(self.draw(x, noise))).mean()


class DcganDiscriminator(Dcgan):
    def loss(self, x, noise):
        with torch.no_grad():
            drawn = self.draw(x, noise)
        real, fake = self.discriminator(2 * x - 1), self.discriminator(drawn)
        return (F.softplus(-real) + F.softplus(fake)).mean()


class ModernGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.seeds = nn.Linear(64, 128 * 49)
        self.up1 = nn.Conv2d(128, 64, 3, padding=1)
        self.image = nn.Conv2d(64, 1, 3, padding=1)

    def forward(self, z):
        h = F.leaky_relu(self.seeds(z).reshape(-1, 128, 7, 7), 0.2)
        h = F.leaky_relu(self.up1(F.interpolate(h, scale_factor=2.0)), 0.2)
        return torch.tanh(self.image(F.interpolate(h, scale_factor=2.0)))


class ModernDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 4, 2, 1)
        self.conv2 = nn.Conv2d(64, 128, 4, 2, 1)
        self.output = nn.Linear(128 * 49, 1, bias=False)

    def forward(self, x):
        h = F.leaky_relu(self.conv2(F.leaky_relu(self.conv1(x), 0.2)), 0.2)
        return self.output(h.flatten(1)).flatten()


class ModernDcgan(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = ModernGenerator()
        self.discriminator = ModernDiscriminator()


class ModernDiscriminatorStep(ModernDcgan):
    def __init__(self, penalised):
        super().__init__()
        self.penalised = penalised

    def loss(self, x, noise):
        with torch.no_grad():
            drawn = self.generator(noise("noise.drawn:generator.z", x.shape[0], 64))
        real = 2 * x - 1
        if not self.penalised:
            return F.softplus(self.discriminator(drawn) - self.discriminator(real)).mean()
        real, drawn = real.detach().requires_grad_(), drawn.requires_grad_()
        of_real, of_drawn = self.discriminator(real), self.discriminator(drawn)
        slopes = torch.autograd.grad(of_real.sum() + of_drawn.sum(), (real, drawn), create_graph=True)
        penalty = sum(slope.square().sum((1, 2, 3)) for slope in slopes) / 2
        return (F.softplus(of_drawn - of_real) + penalty).mean()


class ModernGeneratorStep(ModernDcgan):
    def __init__(self):
        super().__init__()
        self.discriminator.requires_grad_(False)

    def loss(self, x, noise):
        drawn = self.generator(noise("noise.generator.z", x.shape[0], 64))
        with torch.no_grad():
            real = self.discriminator(2 * x - 1)
        return F.softplus(real - self.discriminator(drawn)).mean()


class InfoGanGenerator(nn.Module):
    def __init__(self):
        super().__init__()
        self.seeds = nn.Linear(74, 128 * 49, bias=False)
        self.norm0 = nn.BatchNorm2d(128)
        self.up1 = nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.image = nn.ConvTranspose2d(64, 1, 4, 2, 1)

    def forward(self, z):
        h = F.relu(self.norm0(self.seeds(z).reshape(-1, 128, 7, 7)))
        return torch.tanh(self.image(F.relu(self.norm1(self.up1(h)))))


class InfoGanDiscriminator(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 4, 2, 1)
        self.conv2 = nn.Conv2d(64, 128, 4, 2, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(128)
        self.output = nn.Linear(128 * 49, 1)
        layers = {"hidden": nn.Linear(128 * 49, 128), "output": nn.Linear(128, 14)}
        self.recogniser = nn.ModuleDict(layers)

    def forward(self, x):
        h = F.leaky_relu(self.conv1(x), 0.2)
        features = F.leaky_relu(self.norm2(self.conv2(h)), 0.2).flatten(1)
        return self.output(features).flatten(), features

    def missed(self, features, category, continuous):
        """Weighted −log Q of the codes."""
        hidden = F.leaky_relu(self.recogniser["hidden"](features), 0.1)
        logits, mean, log_var = self.recogniser["output"](hidden).split([10, 2, 2], 1)
        of_category = F.cross_entropy(logits, category)
        scale = (log_var.clamp_min(2 * math.log(0.01)) / 2).exp()
        of_continuous = -torch.distributions.Normal(mean, scale).log_prob(continuous).sum(1).mean()
        return of_category + 0.1 * of_continuous


class InfoGan(nn.Module):
    def __init__(self, frozen=False):
        super().__init__()
        self.generator = InfoGanGenerator()
        self.discriminator = InfoGanDiscriminator()
        if frozen:
            self.discriminator.requires_grad_(False)

    def codes(self, x, noise, at):
        count = x.shape[0]
        category = (noise(f"noise.{at}.category", count, uniform=True) * 10).long()
        continuous = 2 * noise(f"noise.{at}.continuous", count, 2, uniform=True) - 1
        z = torch.cat([F.one_hot(category, 10), continuous, noise(f"noise.{at}.z", count, 62)], 1)
        return z, category, continuous


class InfoGanDiscriminatorStep(InfoGan):
    def loss(self, x, noise):
        z, category, continuous = self.codes(x, noise, "drawn:generator")
        with torch.no_grad():
            drawn = self.generator(z)
        of_real, _ = self.discriminator(2 * x - 1)
        of_drawn, features = self.discriminator(drawn)
        game = (F.softplus(-of_real) + F.softplus(of_drawn)).mean()
        return game + self.discriminator.missed(features, category, continuous)


class InfoGanGeneratorStep(InfoGan):
    def __init__(self):
        super().__init__(frozen=True)

    def loss(self, x, noise):
        z, category, continuous = self.codes(x, noise, "generator")
        outputs, features = self.discriminator(self.generator(z))
        return F.softplus(-outputs).mean() + self.discriminator.missed(features, category, continuous)


class UnetBlock(nn.Module):
    def __init__(self, channels=64):
        super().__init__()
        self.block = nn.ModuleDict({
            "norm1": nn.GroupNorm(8, channels),
            "conv1": nn.Conv2d(channels, channels, 3, padding=1),
            "norm2": nn.GroupNorm(8, channels),
            "conv2": nn.Conv2d(channels, channels, 3, padding=1),
        })

    def loss(self, x, noise):
        h = x
        for layer in ("1", "2"):
            h = self.block[f"conv{layer}"](F.silu(self.block[f"norm{layer}"](h)))
        return (x + h).square().mean()


def level_embedding(level, sigma, rates):
    time = (sigma.clamp(1e-6, 1e6).log().clamp(-8, 8) + 8) * (1000 / 16)
    angles = time[:, None] * rates
    waves = torch.cat([angles.sin(), angles.cos()], 1)
    return level["out"](F.silu(level["hidden"](waves)))


def denoising_loss(predict, x, noise):
    """The loss of v at log-normal noise levels."""
    sigma = (1.2 * noise("noise.diffusion.level", x.shape[0]) - 1.2).exp()
    eps = noise("noise.diffusion.eps", *x.shape)
    x0 = 2 * x - 1
    level = sigma[:, None, None, None]
    alpha = (1 + level.square()).rsqrt()
    spread = level * alpha
    v = alpha * eps - spread * x0
    return (predict(alpha * x0 + spread * eps, sigma) - v).square().mean()


def normalised(h):
    return F.layer_norm(h, h.shape[-1:])


class ConditionedBlock(nn.Module):
    """A residual block that is told the noise level, with attention over positions where asked."""

    def __init__(self, into, out, attends=False):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(8, into), nn.GroupNorm(8, out)
        self.conv1 = nn.Conv2d(into, out, 3, padding=1)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.condition = nn.Linear(128, out)
        self.shortcut = nn.Identity() if into == out else nn.Conv2d(into, out, 1)
        if attends:
            projections = ("query", "key", "value", "output")
            linear = {name: nn.Linear(out, out) for name in projections}
            self.attention = nn.ModuleDict({"norm": nn.GroupNorm(8, out), **linear})
        self.attends = attends

    def forward(self, x, told):
        h = self.conv1(F.silu(self.norm1(x))) + self.condition(F.silu(told))[:, :, None, None]
        y = self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))
        return y + self.attend(y) if self.attends else y

    def attend(self, y):
        batch, channels, height, width = y.shape
        rows = self.attention["norm"](y).flatten(2).transpose(1, 2)
        query, key, value = (
            self.attention[name](rows).unflatten(2, (4, channels // 4)).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = F.scaled_dot_product_attention(query, key, value)
        joined = self.attention["output"](seen.transpose(1, 2).flatten(2))
        return joined.transpose(1, 2).unflatten(2, (height, width))


class Ddpm(nn.Module):
    def __init__(self):
        super().__init__()
        block = ConditionedBlock
        self.network = nn.ModuleDict({
            "level": nn.ModuleDict({"hidden": nn.Linear(64, 128), "out": nn.Linear(128, 128)}),
            "in": nn.Conv2d(4, 32, 3, padding=1),
            "down1": nn.ModuleDict({
                "1": block(32, 32),
                "2": block(32, 32),
                "halve": nn.Conv2d(32, 32, 3, stride=2, padding=1),
            }),
            "down2": nn.ModuleDict({"1": block(32, 64, True), "2": block(64, 64, True)}),
            "middle": nn.ModuleDict({"1": block(64, 64, True), "2": block(64, 64)}),
            "up2": nn.ModuleDict({
                "1": block(128, 64, True),
                "2": block(128, 64, True),
                "3": block(96, 64, True),
            }),
            "up1": nn.ModuleDict({"1": block(96, 32), "2": block(64, 32), "3": block(64, 32)}),
            "norm": nn.GroupNorm(8, 32),
            "out": nn.Conv2d(32, 4, 3, padding=1),
        })
        # A ModuleDict refuses the name, which is a method of modules.
        self.network["up2"]._modules["double"] = nn.Conv2d(64, 64, 3, padding=1)
        self.register_buffer("rates", 10_000.0 ** (-torch.arange(32) / 31))

    def predict(self, z, sigma):
        net = self.network
        told = level_embedding(net["level"], sigma, self.rates)
        h = net["in"](F.pixel_unshuffle(z, 2))
        skips = [h]
        for name in ("1", "2"):
            h = net["down1"][name](h, told)
            skips.append(h)
        h = net["down1"]["halve"](h)
        skips.append(h)
        for name in ("1", "2"):
            h = net["down2"][name](h, told)
            skips.append(h)
        h = net["middle"]["2"](net["middle"]["1"](h, told), told)
        for name in ("1", "2", "3"):
            h = net["up2"][name](torch.cat([h, skips.pop()], 1), told)
        h = net["up2"]["double"](F.interpolate(h, scale_factor=2))
        for name in ("1", "2", "3"):
            h = net["up1"][name](torch.cat([h, skips.pop()], 1), told)
        return F.pixel_shuffle(net["out"](F.silu(net["norm"](h))), 2)

    def loss(self, x, noise):
        return denoising_loss(self.predict, x, noise)


class AdaptiveBlock(nn.Module):
    """A transformer block that is scaled, shifted and gated by what it is told."""

    def __init__(self, features, heads):
        super().__init__()
        self.heads = heads
        self.modulation = nn.Linear(features, 6 * features)
        projections = ("query", "key", "value", "output")
        self.attention = nn.ModuleDict({n: nn.Linear(features, features) for n in projections})
        self.widen = nn.Linear(features, 4 * features)
        self.narrow = nn.Linear(4 * features, features)

    def forward(self, h, told):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.modulation(F.silu(told))[:, None].chunk(6, 2)
        h = h + gate1 * self.attend(normalised(h) * (1 + scale1) + shift1)
        wide = F.gelu(self.widen(normalised(h) * (1 + scale2) + shift2))
        return h + gate2 * self.narrow(wide)

    def attend(self, x):
        query, key, value = (
            self.attention[name](x).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        seen = F.scaled_dot_product_attention(query, key, value)
        return self.attention["output"](seen.transpose(1, 2).flatten(2))


class Dit(nn.Module):
    def __init__(self, features=96, blocks=4, heads=4, patch=4, side=28):
        super().__init__()
        self.patch, self.blocks, self.count = patch, blocks, side // patch
        self.network = nn.ModuleDict({
            "level": nn.ModuleDict({
                "hidden": nn.Linear(2 * features, features),
                "out": nn.Linear(features, features),
            }),
            "in": nn.Conv2d(1, features, patch, stride=patch),
            "places": nn.Embedding(self.count**2, features),
            **{f"block{at}": AdaptiveBlock(features, heads) for at in range(1, blocks + 1)},
            "norm": nn.ModuleDict({"modulation": nn.Linear(features, 2 * features)}),
            "out": nn.Linear(features, patch**2),
        })
        self.register_buffer("rates", 10_000.0 ** (-torch.arange(features) / (features - 1)))

    def predict(self, z, sigma):
        net = self.network
        told = level_embedding(net["level"], sigma, self.rates)
        h = net["in"](z).flatten(2).transpose(1, 2) + net["places"].weight
        for at in range(1, self.blocks + 1):
            h = net[f"block{at}"](h, told)
        shift, scale = net["norm"]["modulation"](F.silu(told))[:, None].chunk(2, 2)
        out = net["out"](normalised(h) * (1 + scale) + shift)
        squares = out.transpose(1, 2).unflatten(2, (self.count, self.count))
        return F.pixel_shuffle(squares, self.patch)

    def loss(self, x, noise):
        return denoising_loss(self.predict, x, noise)


class Block(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.norm1 = nn.LayerNorm(features)
        projections = ("query", "key", "value", "output")
        self.attention = nn.ModuleDict({n: nn.Linear(features, features) for n in projections})
        self.norm2 = nn.LayerNorm(features)
        self.widen = nn.Linear(features, 4 * features)
        self.narrow = nn.Linear(4 * features, features)

    def attend(self, x, mask):
        batch, length, features = x.shape
        split = (batch, length, features // 32, 32)
        query, key, value = (
            self.attention[name](x).reshape(split).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        if hasattr(F, "scaled_dot_product_attention"):
            seen = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        else:
            scores = query @ key.transpose(2, 3) * 32**-0.5 + mask
            seen = torch.softmax(scores, -1) @ value
        return self.attention["output"](seen.transpose(1, 2).reshape(x.shape))

    def forward(self, h, mask):
        h = h + self.attend(self.norm1(h), mask)
        return h + self.narrow(F.gelu(self.widen(self.norm2(h))))


class Transformer(nn.Module):
    def __init__(self, layers, features, length):
        super().__init__()
        self.layers = layers
        self.decoder = nn.ModuleDict({
            "symbols": nn.Embedding(256, features),
            "positions": nn.Embedding(length, features),
            **{f"block{layer}": Block(features) for layer in range(1, layers + 1)},
            "norm": nn.LayerNorm(features),
            "logits": nn.Linear(features, 256),
        })
        self.register_buffer("mask", torch.full((length, length), -1e9).triu(1))

    def loss(self, x, noise):
        row = (x * 255).round().long().flatten(1)
        h = self.decoder["symbols"](row[:, :-1]) + self.decoder["positions"].weight
        for layer in range(1, self.layers + 1):
            h = self.decoder[f"block{layer}"](h, self.mask)
        logits = self.decoder["logits"](self.decoder["norm"](h))
        nll = F.cross_entropy(logits.flatten(0, 1), row[:, 1:].flatten(), reduction="sum")
        return nll / x.shape[0]


class ImageGpt(nn.Module):
    """Over squares of 2×2 binary pixels: 14×14 places of 16 symbols."""

    def __init__(self, blocks=4, features=128, side=14):
        super().__init__()
        self.blocks = blocks
        self.network = nn.ModuleDict({
            "symbols": nn.Embedding(16, features),
            "places": nn.ParameterDict({
                "rows": torch.empty(side, features),
                "columns": torch.empty(side, features),
            }),
            "stack": nn.ModuleDict({
                **{f"block{block}": Block(features) for block in range(1, blocks + 1)},
                "norm": nn.LayerNorm(features),
            }),
            "logits": nn.Linear(features, 16),
        })
        self.network.register_parameter("start", nn.Parameter(torch.empty(features)))
        self.register_buffer("mask", torch.full((side**2, side**2), -1e9).triu(1))

    def loss(self, x, noise):
        net = self.network
        squares = F.pixel_unshuffle(x, 2).flatten(2)
        symbols = (squares * torch.tensor([1.0, 2.0, 4.0, 8.0])[:, None]).sum(1).long()
        rows, columns = net["places"]["rows"], net["places"]["columns"]
        places = (rows[:, None] + columns[None]).flatten(0, 1)
        start = net.start.expand(x.shape[0], 1, -1)
        h = torch.cat([start, net["symbols"](symbols[:, :-1])], 1) + places
        for block in range(1, self.blocks + 1):
            h = net["stack"][f"block{block}"](h, self.mask)
        logits = net["logits"](net["stack"]["norm"](h))
        nll = F.cross_entropy(logits.flatten(0, 1), symbols.flatten(), reduction="sum")
        return nll / x.shape[0]


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


STEPS = {
    "vae-mlp": VaeMlp,
    "vae-conv": VaeConv,
    "ae": lambda: Autoencoder(10),
    "dae": lambda: DenoisingAutoencoder(64),
    "sae": SparseAutoencoder,
    "dvae": Dvae,
    "aae-discriminate": AaeDiscriminate,
    "aae-reconstruct": AaeReconstruct,
    "classifier": Classifier,
    "pixelcnn-32": lambda: PixelCnn(32),
    "pixelcnn-64": lambda: PixelCnn(64),
    "dcgan-generator-28": lambda: DcganGenerator(28, 1, [128, 64]),
    "dcgan-discriminator-28": lambda: DcganDiscriminator(28, 1, [128, 64]),
    "dcgan-generator-32": lambda: DcganGenerator(32, 3, [256, 128, 64]),
    "dcgan-discriminator-32": lambda: DcganDiscriminator(32, 3, [256, 128, 64]),
    "dcgan-modern-discriminator": lambda: ModernDiscriminatorStep(True),
    "dcgan-modern-discriminator-plain": lambda: ModernDiscriminatorStep(False),
    "dcgan-modern-generator": ModernGeneratorStep,
    "cyclegan-generators": CycleganGenerators,
    "cyclegan-discriminators": CycleganDiscriminators,
    "stargan-discriminator": StarganDiscriminator,
    "stargan-generator": StarganGenerator,
    "text-gan-discriminator": TextGanDiscriminator,
    "text-gan-generator": TextGanGenerator,
    "puzzle-gan-discriminator": PuzzleGanDiscriminator,
    "puzzle-gan-generator": PuzzleGanGenerator,
    "infogan-discriminator": InfoGanDiscriminatorStep,
    "infogan-generator": InfoGanGeneratorStep,
    "unet-block": UnetBlock,
    "ddpm": Ddpm,
    "ddpm-dit": Dit,
    "transformer-small": lambda: Transformer(4, 128, 96),
    "transformer-medium": lambda: Transformer(4, 256, 256),
    "image-gpt": ImageGpt,
    "row-lstm": RowLstm,
}
