"""The twin of puzzle-gan with its defaults; see steps.py."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from translation import Translator

SIDE, PATCH, COUNT = 28, 8, 3
PLACES = SIDE - PATCH + 1
EMBEDDING, MATCH, LATENT = 128, 16, 32


def active(h):
    return F.leaky_relu(h, 0.2)


class Player(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = nn.ModuleDict({
            "conv1": nn.Conv2d(1, 16, 3, padding=1),
            "conv2": nn.Conv2d(16, 32, 3, 2, 1),
            "embedding": nn.Linear(32 * (PATCH // 2) ** 2, EMBEDDING),
        })
        self.layout = nn.ModuleDict({
            "seeds": nn.Linear(EMBEDDING, 48 * (SIDE // 4) ** 2),
            "up1": nn.Conv2d(48, 24, 3, padding=1),
            "up2": nn.Conv2d(24, 12, 3, padding=1),
        })
        self.mask = nn.Conv2d(12, 1, 3, padding=1)
        self.position = nn.ModuleDict({
            "hidden": nn.Linear(2 * EMBEDDING, EMBEDDING),
            "patch": nn.Linear(EMBEDDING, MATCH),
            "place": nn.Conv2d(12, MATCH, 3, padding=1),
        })
        self.image = Translator(1, LATENT + EMBEDDING, (12, 24, 48), blocks=1, into=3)

    def locate(self, patches):
        h = active(self.part["conv1"](2 * patches.reshape(-1, 1, PATCH, PATCH) - 1))
        h = active(self.part["conv2"](h)).flatten(1)
        parts = self.part["embedding"](h).reshape(-1, COUNT, EMBEDDING)
        whole = parts.sum(1)
        maps = F.relu(self.layout["seeds"](active(whole))).reshape(-1, 48, SIDE // 4, SIDE // 4)
        for up in ("up1", "up2"):
            maps = F.relu(self.layout[up](F.interpolate(maps, scale_factor=2.0)))
        context = whole[:, None].expand(-1, COUNT, -1)
        asked = self.position["patch"](active(self.position["hidden"](torch.cat([parts, context], 2))))
        centres = slice(PATCH // 2, PATCH // 2 + PLACES)
        keys = self.position["place"](maps)[:, :, centres, centres].flatten(2)
        return whole, self.mask(maps), (asked @ keys / math.sqrt(MATCH)).log_softmax(2)


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 24, 4, 2, 1)
        self.conv2 = nn.Conv2d(24, 48, 4, 2, 1)
        self.conv3 = nn.Conv2d(48, 96, 4, 2, 1)
        self.output = nn.Linear(96 * 9, 1)

    def forward(self, x):
        h = active(self.conv3(active(self.conv2(active(self.conv1(x))))))
        return self.output(h.flatten(1)).flatten()


def covers(places):
    """[B, K, 1, H, W] 1 under each patch."""
    rows = torch.arange(SIDE, device=places.device)
    along = lambda first: ((rows >= first[..., None]) & (rows < first[..., None] + PATCH)).float()
    top, left = along(places // PLACES), along(places % PLACES)
    return (top[..., :, None] * left[..., None, :])[:, :, None]


def lay(patches, places):
    """[B, C, H, W] the mean of the patches that cover a pixel, and what is covered."""
    batch = len(patches)
    images = patches.new_zeros(batch, COUNT, SIDE, SIDE)
    inside = torch.arange(PATCH, device=patches.device)
    rows = (places // PLACES)[..., None, None] + inside[:, None]
    columns = (places % PLACES)[..., None, None] + inside
    first = torch.arange(batch, device=patches.device)[:, None, None, None]
    second = torch.arange(COUNT, device=patches.device)[None, :, None, None]
    images[first, second, rows, columns] = patches[:, :, 0]
    depth = covers(places).sum(1)
    covered = depth.clamp(max=1)
    return (2 * images.sum(1, keepdim=True) / depth.clamp(min=1) - 1) * covered, covered


class PuzzleGan(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = Player(), Judge()

    @torch.no_grad()
    def cut(self, x):
        """Key patches: the most edges that no earlier one covers."""
        edges = F.pad(x.diff(dim=2).abs(), (0, 0, 0, 1)) + F.pad(x.diff(dim=3).abs(), (0, 1))
        edges = (255 * edges).round()
        ones = x.new_ones(1, 1, PATCH, PATCH)
        places = []
        for _ in range(COUNT):
            best = F.conv2d(edges, ones).flatten(1).argmax(1)
            places.append(best)
            edges = edges * (1 - covers(best[:, None])[:, 0])
        places = torch.stack(places, 1)
        windows = x[:, 0].unfold(1, PATCH, 1).unfold(2, PATCH, 1).flatten(1, 2)
        index = places[..., None, None].expand(-1, -1, PATCH, PATCH)
        return windows.gather(1, index)[:, :, None], places

    def assemble(self, patches, noise):
        whole, logits, log_probs = self.generator.locate(patches)
        uniform = noise("noise.generator.places", *log_probs.shape[:2], uniform=True)
        sums = log_probs.detach().exp().cumsum(2)
        drawn = (sums <= uniform[..., None] * sums[..., -1:]).sum(2)
        shown, covered = lay(patches, drawn)
        z = noise("noise.generator.z", len(patches), LATENT)
        seen = torch.cat([shown, covered, logits.sigmoid()], 1)
        return self.generator.image(seen, torch.cat([z, whole], 1)), logits, log_probs, shown, covered


class PuzzleGanDiscriminator(PuzzleGan):
    def __init__(self):
        super().__init__()
        self.generator.requires_grad_(False)

    @torch.enable_grad()
    def loss(self, x, noise):
        patches, places = self.cut(x)
        with torch.no_grad():
            fake = self.assemble(patches, noise)[0]
        images = (2 * x - 1).requires_grad_()
        real = self.discriminator(images)
        (slope,) = torch.autograd.grad(real.sum(), images, create_graph=True)
        own, others = covers(places).sum(1).clamp(max=1), images.detach().roll(-1, 0)
        change = own * (others - images.detach())
        mixed = [self.discriminator(each) for each in (images.detach() + change, others - change)]
        drawn = F.softplus(self.discriminator(fake)) / 2 + sum(F.softplus(each) for each in mixed) / 4
        return (F.softplus(-real) + drawn + slope.square().sum((1, 2, 3)) / 2).mean()


class PuzzleGanGenerator(PuzzleGan):
    def __init__(self):
        super().__init__()
        self.discriminator.requires_grad_(False)

    def loss(self, x, noise):
        patches, places = self.cut(x)
        image, logits, log_probs, shown, covered = self.assemble(patches, noise)
        spatial = F.binary_cross_entropy_with_logits(logits, covers(places).sum(1).clamp(max=1))
        appearance = F.l1_loss(image * covered, shown)
        positions = -log_probs.gather(2, places[..., None]).mean()
        drawn = F.softplus(-self.discriminator(image)).mean()
        return drawn + positions + 10 * spatial + 40 * appearance
