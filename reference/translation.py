"""Writes translation.json: losses of cyclegan and stargan in PyTorch, with their gradients, and image pools.

Everything is float64 from a fixed seed. Run with current PyTorch from PyPI:
python3 reference/translation.py
"""


import torch
from torch import nn
from torch.nn import functional as F

from fixtures import array, write
from players import Generator, filled, gradients, l1, variables

COLOURS, HEIGHT, WIDTH = 2, 8, 12
CHANNELS = (3, 4)
PATCHES = (3, 5)
ATTRIBUTES = 3


class Patches(nn.Module):
    def __init__(self, normalise, slope, bias, recognised=0, anchored=True):
        super().__init__()
        first, second = PATCHES
        self.normalise, self.slope = normalise, slope
        self.conv1 = nn.Conv2d(COLOURS, first, 4, 2, 1)
        self.conv2 = nn.Conv2d(first, second, 4, 2, 1, bias=not normalise)
        self.output = nn.Conv2d(second, 1, 3, 1, 1, bias=bias)
        if recognised:
            self.recognition = nn.Linear(second * (HEIGHT // 4) * (WIDTH // 4), recognised, bias=anchored)

    def forward(self, x):
        h = F.leaky_relu(self.conv1(x), self.slope)
        h = self.conv2(h)
        h = F.leaky_relu(F.instance_norm(h) if self.normalise else h, self.slope)
        patches = self.output(h)
        return (patches, self.recognition(h.flatten(1))) if hasattr(self, "recognition") else patches


def squares(patches, target):
    return F.mse_loss(patches, torch.full_like(patches, target), reduction="none").mean((1, 2, 3))


class Pool:
    """ImagePool of github.com/junyanz/pytorch-CycleGAN-and-pix2pix, with its draws given."""

    def __init__(self, size):
        self.size, self.images = size, []

    def query(self, images, exchange, place):
        shown = []
        for image, u, v in zip(images, exchange, place):
            image = image[None]
            if len(self.images) < self.size:
                self.images.append(image.clone())
                shown.append(image)
            elif u < 0.5:
                at = int(v * self.size)
                shown.append(self.images[at].clone())
                self.images[at] = image
            else:
                shown.append(image)
        return torch.cat(shown)


def cycle():
    first, second = torch.rand(2, 2, COLOURS, HEIGHT, WIDTH)
    x, y = 2 * first - 1, 2 * second - 1
    generators = {f"generators.{d}": filled(Generator(0, False, CHANNELS, COLOURS)) for d in (0, 1)}
    judges = {f"discriminators.{d}": filled(Patches(True, 0.2, True)) for d in (0, 1)}
    (to_x, to_y), (judge_x, judge_y) = generators.values(), judges.values()
    fake_y, fake_x = to_y(x), to_x(y)
    of_x = squares(judge_y(fake_y), 1) + 10 * l1(to_x(fake_y), x) + 5 * l1(to_x(x), x)
    of_y = squares(judge_x(fake_x), 1) + 10 * l1(to_y(fake_x), y) + 5 * l1(to_y(y), y)
    trained = gradients(torch.cat([of_x, of_y]), generators)
    # As the discriminators' step sees them with pools that are not full yet: the latest images.
    fake_x, fake_y = fake_x.detach(), fake_y.detach()
    judged_x = (squares(judge_x(x), 1) + squares(judge_x(fake_x), 0)) / 2
    judged_y = (squares(judge_y(y), 1) + squares(judge_y(fake_y), 0)) / 2
    return {
        "pixelsUnit": array(torch.cat([first, second])),
        "variables": variables({**generators, **judges}),
        "generators": trained,
        "discriminators": gradients(torch.cat([judged_x, judged_y]), judges),
    }


def masked(generator, x, c):
    painted, mask = generator(x, c).split((COLOURS, 1), 1)
    return x + (mask + 1) / 2 * (painted - x)


def star(projection, wasserstein):
    """The published game, the same with one critic of images and attributes, and the default one."""
    pixels = torch.rand(4, COLOURS, HEIGHT, WIDTH)
    x = 2 * pixels - 1
    own = (torch.rand(4, ATTRIBUTES) < 0.5).double()
    order, share = torch.rand(4), torch.rand(4)
    target = own[torch.argsort(order, descending=True)]
    if wasserstein:
        generator = filled(Generator(ATTRIBUTES, True, CHANNELS, COLOURS))
        translate = generator
    else:
        generator = filled(Generator(ATTRIBUTES, False, CHANNELS, COLOURS + 1, COLOURS))
        translate = lambda image, c: masked(generator, image, c)
    judge = filled(Patches(False, 0.01, not wasserstein, ATTRIBUTES, anchored=not projection))
    bce = lambda logits, c: F.binary_cross_entropy_with_logits(logits, c, reduction="none").sum(1)
    below = (lambda outputs: outputs) if wasserstein else F.softplus
    above = lambda outputs: below(-outputs)

    def realness(judged, c):
        patches, recognised = judged
        told = ((2 * c - 1) * recognised).sum(1) if projection else 0
        return patches.mean((1, 2, 3)) + told

    translated = translate(x, target)
    judged, back = judge(translated), translate(translated, own)
    recognition = 0 if projection else bce(judged[1], target)
    kept = (10 if wasserstein else 3) * l1(back, x)
    of_generator = gradients(
        above(realness(judged, target)) + recognition + kept, {"generator": generator}
    )
    fake = translated.detach()
    given = x.clone().requires_grad_()
    judged, judged_fake = judge(given), judge(fake)
    right, drawn = realness(judged, own), realness(judged_fake, target)
    if projection:
        wrong = (below(drawn) + below(realness(judged, target))) / 2
        recognition = 0
    else:
        wrong, recognition = below(drawn), bce(judged[1], own)
    if wasserstein:
        middle = share[:, None, None, None] * x + (1 - share[:, None, None, None]) * fake
        middle.requires_grad_()
        outputs = realness(judge(middle), target)
        (slope,) = torch.autograd.grad(outputs.sum(), middle, create_graph=True)
        penalty = 10 * (slope.flatten(1).norm(dim=1) - 1).square()
    else:
        (slope,) = torch.autograd.grad(right.sum(), given, create_graph=True)
        penalty = 0.3 / 2 * slope.square().flatten(1).sum(1)
    critic = above(right) + wrong + recognition + penalty
    return {
        "pixelsUnit": array(pixels),
        "attributes": array(own),
        "order": array(order),
        "share": array(share),
        "variables": variables({"generator": generator, "discriminator": judge}),
        "generator": of_generator,
        "discriminator": gradients(critic, {"discriminator": judge}),
    }


def pools(size=3, batches=4, count=2):
    pool, steps = Pool(size), []
    for _ in range(batches):
        images, exchange, place = torch.rand(count, 1, 2, 2), torch.rand(count), torch.rand(count)
        shown = pool.query(images, exchange, place)
        steps.append({
            "drawn": array(images),
            "exchange": array(exchange),
            "place": array(place),
            "shown": array(shown),
        })
    return {"size": size, "steps": steps}


stars = {
    "published": star(projection=False, wasserstein=True),
    "projection": star(projection=True, wasserstein=True),
    "default": star(projection=True, wasserstein=False),
}
write(__file__, {"cycle": cycle(), "star": stars, "pool": pools()})
