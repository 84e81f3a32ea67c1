"""Writes puzzle_gan.json: losses of puzzle-gan in PyTorch, with their gradients, of key patches and of a puzzle.

Everything is float64 from a fixed seed. Run with current PyTorch from PyPI:
python3 reference/puzzle_gan.py
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from fixtures import array, write
from players import Generator, filled, gradients, l1, variables

COLOURS, HEIGHT, WIDTH = 2, 8, 12
EMBEDDING, MATCH, LATENT, ROUNDS = 4, 3, 2, 3
PART, LAYOUT, CHANNELS, JUDGE = (3, 4), (4, 3), (3, 4), (3, 5)
PROGRESS, DECAY, SPATIAL, APPEARANCE, POSITIONS, PENALTY = 0.25, 0.1, 10, 40, 2, 0.7


def active(h):
    return F.leaky_relu(h, 0.2)


class Player(nn.Module):
    def __init__(self, count, side, places):
        super().__init__()
        self.count, self.side, self.places = count, side, places
        (first, second), (small, full) = PART, LAYOUT
        area = math.prod((length + 1) // 2 for length in side)
        self.part = nn.ModuleDict({
            "conv1": nn.Conv2d(COLOURS, first, 3, 1, 1),
            "conv2": nn.Conv2d(first, second, 3, 2, 1),
            "embedding": nn.Linear(second * area, EMBEDDING),
        })
        self.layout = nn.ModuleDict({
            "seeds": nn.Linear(EMBEDDING, small * HEIGHT * WIDTH // 4),
            "up1": nn.Conv2d(small, full, 3, 1, 1),
        })
        self.mask = nn.Conv2d(full, 1, 3, 1, 1)
        self.position = nn.ModuleDict({
            "hidden": nn.Linear(2 * EMBEDDING, EMBEDDING),
            "patch": nn.Linear(EMBEDDING, MATCH),
            "place": nn.Conv2d(full, MATCH, 3, 1, 1),
        })
        self.image = Generator(LATENT + EMBEDDING, False, CHANNELS, COLOURS, COLOURS + 2)

    def locate(self, patches, puzzle):
        h = active(self.part["conv1"](2 * patches.flatten(0, 1) - 1))
        h = active(self.part["conv2"](h)).flatten(1)
        parts = self.part["embedding"](h).reshape(-1, self.count, EMBEDDING)
        whole = parts.sum(1)
        seeds = F.relu(self.layout["seeds"](active(whole)))
        maps = seeds.reshape(-1, LAYOUT[0], HEIGHT // 2, WIDTH // 2)
        maps = F.relu(self.layout["up1"](F.interpolate(maps, scale_factor=2, mode="nearest")))
        context = whole[:, None].expand(-1, self.count, -1)
        asked = self.position["patch"](active(self.position["hidden"](torch.cat([parts, context], 2))))
        keys = self.position["place"](maps)
        centres = torch.stack(
            [keys[:, :, y + self.side[0] // 2, x + self.side[1] // 2] for y, x in self.places], 2
        )
        scores = asked @ centres / math.sqrt(MATCH)
        if puzzle:
            for _ in range(ROUNDS):
                scores = scores.log_softmax(1).log_softmax(2)
        return whole, self.mask(maps), scores.log_softmax(2)


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        first, second = JUDGE
        self.conv1, self.conv2 = nn.Conv2d(COLOURS, first, 4, 2, 1), nn.Conv2d(first, second, 4, 2, 1)
        self.output = nn.Linear(second * (HEIGHT // 4) * (WIDTH // 4), 1)

    def forward(self, x):
        return self.output(active(self.conv2(active(self.conv1(x)))).flatten(1)).flatten()


def key_places(image, count, side, places):
    """The places of patches with the most edges that no earlier one covers."""
    edges = torch.zeros(HEIGHT, WIDTH)
    edges[:-1] += image.diff(dim=1).abs().sum(0)
    edges[:, :-1] += image.diff(dim=2).abs().sum(0)
    edges = (255 * edges).round()
    chosen = []
    for _ in range(count):
        sums = [float(edges[y:y + side[0], x:x + side[1]].sum()) for y, x in places]
        at = sums.index(max(sums))
        y, x = places[at]
        edges[y:y + side[0], x:x + side[1]] = 0
        chosen.append(at)
    return torch.tensor(chosen)


def crop(images, chosen, side, places):
    return torch.stack([
        torch.stack([image[:, y:y + side[0], x:x + side[1]] for y, x in (places[at] for at in of)])
        for image, of in zip(images, chosen)
    ])


def lay(patches, chosen, places):
    """The mean of the patches that cover a pixel in [-1, 1], 0 elsewhere; and what is covered."""
    total, depth = torch.zeros(len(patches), COLOURS, HEIGHT, WIDTH), torch.zeros(len(patches), 1, HEIGHT, WIDTH)
    side = patches.shape[-2:]
    for image, of in enumerate(chosen):
        for patch, at in enumerate(of):
            y, x = places[at]
            total[image, :, y:y + side[0], x:x + side[1]] += 2 * patches[image, patch] - 1
            depth[image, :, y:y + side[0], x:x + side[1]] += 1
    return total / depth.clamp(min=1), depth.clamp(max=1)


def case(count, side, places, puzzle, mismatch, batch=3):
    pixels = torch.rand(batch, COLOURS, HEIGHT, WIDTH)
    player, judge = filled(Player(count, side, places)), filled(Judge())
    noise = {"z": torch.randn(batch, LATENT), "places": torch.rand(batch, count), "pieces": torch.rand(batch, count)}
    if puzzle:
        truth = torch.arange(count).expand(batch, count)
    else:
        truth = torch.stack([key_places(image, count, side, places) for image in pixels])
    patches = crop(pixels, truth, side, places)
    whole, logits, log_probs = player.locate(patches, puzzle)
    sums = log_probs.detach().exp().cumsum(2)
    drawn_places = (sums <= noise["places"][..., None] * sums[..., -1:]).sum(2)
    shown, covered = lay(patches, drawn_places, places)
    drawn = player.image(torch.cat([shown, covered, logits.sigmoid()], 1), torch.cat([noise["z"], whole], 1))

    true_mask = lay(patches, truth, places)[1]
    spatial = F.binary_cross_entropy_with_logits(logits, true_mask, reduction="none").mean((1, 2, 3))
    appearance = l1(drawn * covered, shown)
    positions = -log_probs.gather(2, truth[..., None]).mean((1, 2))
    fading = DECAY**PROGRESS
    of_generator = gradients(
        F.softplus(-judge(drawn)) + POSITIONS * positions + fading * (SPATIAL * spatial + APPEARANCE * appearance),
        {"generator": player},
    )

    fake = drawn.detach()
    images = (2 * pixels - 1).requires_grad_()
    real = judge(images)
    (slope,) = torch.autograd.grad(real.sum(), images, create_graph=True)
    own = true_mask.clone()
    if puzzle:
        for image in range(batch):
            for piece, (y, x) in enumerate(places):
                if noise["pieces"][image, piece] >= 0.5:
                    own[image, :, y:y + side[0], x:x + side[1]] = 0
    x = images.detach()
    others = x.roll(-1, 0)
    mixed = [own * others + (1 - own) * x, own * x + (1 - own) * others]
    mismatched = sum(F.softplus(judge(each)) for each in mixed) / 2
    game = F.softplus(-real) + (F.softplus(judge(fake)) + mismatch * mismatched) / (1 + mismatch)
    of_judge = gradients(game + PENALTY / 2 * slope.square().sum((1, 2, 3)), {"discriminator": judge})
    return {
        "pixelsUnit": array(pixels),
        "noise": {name: array(value) for name, value in noise.items()},
        "truth": array(truth.double()),
        "patches": array(patches),
        "variables": variables({"generator": player, "discriminator": judge}),
        "generator": of_generator,
        "discriminator": of_judge,
    }


anywhere = [(y, x) for y in range(HEIGHT - 2) for x in range(WIDTH - 2)]
cells = [(1 + 4 * row, 1 + 6 * column) for row in range(2) for column in range(2)]
write(__file__, {
    "progress": PROGRESS,
    "key": case(2, (3, 3), anywhere, False, 1),
    "puzzle": case(4, (2, 4), cells, True, 3),
})
