"""The twins of dcgan as users train it; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F


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
        with torch.enable_grad():
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
