"""The twin of text-gan; see steps.py."""
import torch
from torch import nn
from torch.nn import functional as F

from transformer import Block

WORDS, LENGTH, TEXT, LATENT, CONDITION, NEAR = 28, 8, 64, 64, 32, 3


def active(h):
    return F.leaky_relu(h, 0.2)


class Reader(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(WORDS, TEXT), nn.Embedding(LENGTH, TEXT)
        self.block1 = Block(TEXT, 4)
        self.norm, self.output = nn.LayerNorm(TEXT), nn.Linear(TEXT, TEXT)

    def forward(self, caption):
        padded = caption == 0
        h = self.words(caption) + self.places.weight
        h = self.block1(h, padded[:, None, None, :] * -1e9)
        known = (~padded)[:, :, None].float()
        return self.output((self.norm(h) * known).sum(1) / known.sum(1).clamp(min=1))


class Doubling(nn.Module):
    def __init__(self, into, out):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(into, out, 3, padding=1), nn.Conv2d(out, out, 3, padding=1)
        self.condition = nn.Linear(LATENT + CONDITION, 2 * out)
        self.shortcut = nn.Identity() if into == out else nn.Conv2d(into, out, 1)

    def forward(self, x, code):
        h = self.conv1(F.interpolate(active(x), scale_factor=2.0))
        scale, shift = self.condition(active(code))[:, :, None, None].chunk(2, 1)
        h = h * (scale + 1) + shift
        return self.shortcut(F.interpolate(x, scale_factor=2.0)) + self.conv2(active(h))


class Halving(nn.Module):
    def __init__(self, into, out):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(into, out, 3, padding=1), nn.Conv2d(out, out, 3, padding=1)
        self.shortcut = nn.Identity() if into == out else nn.Conv2d(into, out, 1)

    def forward(self, x):
        h = self.conv2(active(self.conv1(F.avg_pool2d(active(x), 2))))
        return self.shortcut(F.avg_pool2d(x, 2)) + h


class Drawer(nn.Module):
    def __init__(self):
        super().__init__()
        self.condition = nn.ModuleDict({"mean": nn.Linear(TEXT, CONDITION)})
        self.seeds = nn.Linear(LATENT + CONDITION, 64 * 16)
        self.up1, self.up2, self.up3 = Doubling(64, 64), Doubling(64, 32), Doubling(32, 16)
        self.image = nn.Conv2d(16, 3, 3, padding=1)

    def forward(self, code):
        h = self.seeds(code).reshape(-1, 64, 4, 4)
        for block in (self.up1, self.up2, self.up3):
            h = block(h, code)
        return torch.tanh(self.image(active(h)))


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.down1, self.down2, self.down3 = Halving(16, 32), Halving(32, 64), Halving(64, 64)
        self.joint = nn.Conv2d(64 + TEXT, 64, 3, padding=1)
        self.output, self.describe = nn.Linear(1024, 1, bias=False), nn.Linear(1024, 2 * TEXT)

    def look(self, x):
        return active(self.down3(self.down2(self.down1(self.stem(x)))))

    def forward(self, seen, read):
        told = read[:, :, None, None].expand(-1, -1, *seen.shape[2:])
        joint = active(self.joint(torch.cat([seen, told], 1)))
        return self.output(joint.flatten(1)).flatten()


def logits(described, read, same, near):
    seen = F.normalize(described, dim=1)
    others = same & ~torch.eye(len(same), dtype=torch.bool)
    columns = [10 * seen @ F.normalize(read, dim=1).T - 1e9 * others]
    for each, there in near:
        found = 10 * (seen * F.normalize(each, dim=1)).sum(1)
        columns.append(torch.where(there, found, -1e9)[:, None])
    return torch.cat(columns, 1)


def matching(described, read, same, near):
    """Cross-entropy of the own caption as that of a real image, and as that of a drawn one."""
    of_real, of_drawn = (logits(view, read, same, near) for view in described.chunk(2, 1))
    both, own = torch.cat([of_real, of_drawn], 1), torch.arange(len(same))
    return F.cross_entropy(both, own), F.cross_entropy(both, own + of_real.shape[1])


class TextGan(nn.Module):
    def __init__(self):
        super().__init__()
        self.text, self.generator, self.discriminator = Reader(), Drawer(), Judge()

    def begin(self, x):
        caption = 1 + (x[:, 0, 0, :LENGTH] * 255).round().long() % (WORDS - 1)
        return 2 * x - 1, caption, (caption[:, None] == caption[None]).all(2)

    def near(self, caption, same, noise):
        found = []
        for at in range(1, NEAR + 1):
            row = noise(f"noise.discriminator.near{at}", *same.shape, uniform=True).masked_fill(same, -1).argmax(1)
            other = caption[row]
            differ = (caption > 0) & (other > 0) & (caption != other)
            chances = noise(f"noise.discriminator.word{at}", *caption.shape, uniform=True).masked_fill(~differ, -1)
            there, place = differ.any(1), chances.argmax(1, keepdim=True)
            swapped = caption.scatter(1, place, other.gather(1, place))
            found.append((self.text(torch.where(there[:, None], swapped, caption)), there))
        return found

    def draw(self, read, noise):
        z = noise("noise.generator.z", read.shape[0], LATENT)
        return self.generator(torch.cat([z, self.generator.condition["mean"](read)], 1))


class TextGanDiscriminator(TextGan):
    @torch.enable_grad()
    def loss(self, x, noise):
        images, caption, same = self.begin(x)
        read = self.text(caption)
        with torch.no_grad():
            drawn = self.draw(read, noise)
        uniform = noise("noise.discriminator.wrong", *same.shape, uniform=True)
        places = uniform.masked_fill(same, -1).argmax(1)
        images.requires_grad_()
        seen = self.discriminator.look(images)
        real = self.discriminator(seen, read)
        seen_drawn = self.discriminator.look(drawn)
        fake = self.discriminator(seen_drawn, read)
        near = self.near(caption, same, noise)
        hard, there = near[0]
        wrong = self.discriminator(seen, torch.where(there[:, None], hard, read[places]))
        pairs = F.softplus(fake - real) / 2 + F.softplus(wrong - real) / 2
        (slope,) = torch.autograd.grad(real.sum(), images, create_graph=True)
        r1 = 0.05 / 2 * slope.square().flatten(1).sum(1)
        as_real = matching(self.discriminator.describe(seen.flatten(1)), read, same, near)[0]
        as_drawn = matching(self.discriminator.describe(seen_drawn.flatten(1)), read, same, near)[1]
        return (pairs + r1).mean() + as_real + as_drawn


class TextGanGenerator(TextGan):
    def __init__(self):
        super().__init__()
        self.text.requires_grad_(False)
        self.discriminator.requires_grad_(False)

    def loss(self, x, noise):
        images, caption, same = self.begin(x)
        read = self.text(caption)
        seen, seen_real = (self.discriminator.look(each) for each in (self.draw(read, noise), images))
        drawn, real = self.discriminator(seen, read), self.discriminator(seen_real, read)
        as_real, as_drawn = matching(self.discriminator.describe(seen.flatten(1)), read, same, [])
        return F.softplus(real - drawn).mean() + as_real - as_drawn
