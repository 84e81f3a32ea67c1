"""Writes toy-gan.json: ten batches of test/contract/toy-gan.testing.ts as PyTorch trains it, in float64.

Kept are the state after the last batch and the losses of all. Weights and images to begin with come from
the formulas `first_value` and `images`, noise from the streams of philox.py; the test uses the same. For
mistakes that a training loop or a model could make, `deviations` says how far the state ends from the
right one, so that a test can see that its tolerance tells them apart.

Run with current releases of PyTorch and NumPy: python3 reference/toy_gan.py
"""

import json
import math
import pathlib

import numpy as np
import philox
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

BATCH, CHANNELS, HEIGHT, WIDTH = 6, 2, 4, 6
LATENT, TRUNK_CHANNELS, FEATURES, HIDDEN = 3, 3, 5, 6
DROPOUT, PENALTY, POOL = 0.25, 0.5, 4
BATCHES, SEED, RATE, DECAY = 10, 5, 0.01, 0.9
PIXELS = CHANNELS * HEIGHT * WIDTH
TRUNK_PIXELS = TRUNK_CHANNELS * HEIGHT * WIDTH // 4

SHAPES = {
    "code.mean.bias": [LATENT],
    "code.mean.weight": [LATENT, FEATURES],
    "critic.realness.bias": [1],
    "critic.realness.weight": [1, FEATURES],
    "generator.hidden.weight": [HIDDEN, LATENT],
    "generator.norm.bias": [HIDDEN],
    "generator.norm.running_mean": [HIDDEN],
    "generator.norm.running_var": [HIDDEN],
    "generator.norm.weight": [HIDDEN],
    "generator.pixels.bias": [PIXELS],
    "generator.pixels.weight": [PIXELS, HIDDEN],
    "trunk.convolution.weight": [TRUNK_CHANNELS, CHANNELS, 3, 3],
    "trunk.features.bias": [FEATURES],
    "trunk.features.weight": [FEATURES, TRUNK_PIXELS],
    "trunk.norm.bias": [TRUNK_CHANNELS],
    "trunk.norm.running_mean": [TRUNK_CHANNELS],
    "trunk.norm.running_var": [TRUNK_CHANNELS],
    "trunk.norm.weight": [TRUNK_CHANNELS],
}


def float32(values, shape):
    return torch.tensor(np.float32(values).astype(np.float64)).reshape(shape)


def first_value(path, number):
    """Element i of the tensor with this number, by the order of the paths."""
    middle = 1 if path.endswith(("norm.weight", "running_var")) else 0
    count = math.prod(SHAPES[path])
    return float32([middle + 0.3 * math.sin(1.7 * i + 2.3 * number + 0.4) for i in range(count)], SHAPES[path])


def images(batch):
    count = BATCH * PIXELS
    values = [0.5 + 0.5 * math.sin(0.37 * i + 1.9 * batch) for i in range(count)]
    return float32(values, [BATCH, CHANNELS, HEIGHT, WIDTH])


class Twin:
    def __init__(self, mistake):
        self.mistake = mistake
        values = {path: first_value(path, number) for number, path in enumerate(SHAPES)}
        self.buffers = {p: v for p, v in values.items() if "running" in p}
        self.parameters = {p: v.requires_grad_() for p, v in values.items() if "running" not in p}
        averaged = {} if mistake == "raw statistics" else {f"buffers.{p}": v for p, v in self.buffers.items()}
        averaged |= {f"parameters.{p}": v for p, v in self.parameters.items()}
        self.averages = {name: v.detach().clone() for name, v in averaged.items()}
        self.pool = torch.full([POOL, CHANNELS, HEIGHT, WIDTH], 0.5)
        self.adam = torch.optim.Adam(self.of("trunk", "critic"), lr=2 * RATE, betas=(0.0, DECAY))
        self.rms = torch.optim.RMSprop(self.of("generator", "code", "trunk"), lr=RATE, momentum=0.5)
        self.losses = []

    def of(self, *scopes):
        return [v for p, v in self.parameters.items() if p.split(".")[0] in scopes]

    def norm(self, path, x, view):
        mean, var = self.buffers[f"{path}.running_mean"], self.buffers[f"{path}.running_var"]
        affine = self.parameters[f"{path}.weight"], self.parameters[f"{path}.bias"]
        if view == "frozen":
            return F.batch_norm(x, mean, var, *affine, training=False)
        moves = (view == "drawn") if self.mistake == "statistics of the second pass" else view == ""
        if moves or (self.mistake == "statistics of every pass" and path == "trunk.norm"):
            return F.batch_norm(x, mean, var, *affine, training=True)
        return F.batch_norm(x, None, None, *affine, training=True)

    def noise(self, kind, name, run, shape):
        return torch.tensor(getattr(philox, kind)(SEED, f"noise.{name}", run, shape))

    def dense(self, path, x):
        return F.linear(x, self.parameters[f"{path}.weight"], self.parameters.get(f"{path}.bias"))

    def trunk(self, x, view, run):
        h = F.conv2d(x, self.parameters["trunk.convolution.weight"], stride=2, padding=1)
        h = F.leaky_relu(self.norm("trunk.norm", h, view), 0.2)
        h = F.leaky_relu(self.dense("trunk.features", h.flatten(1)), 0.2)
        if view == "frozen":
            return h
        name = view if view == "" or self.mistake == "one dropout for all passes" else f"{view}:"
        name = "" if self.mistake == "one dropout for all passes" else name
        mask = self.noise("uniform", f"{name}trunk.dropout.mask", run, list(h.shape))
        return torch.where(mask >= DROPOUT, h / (1 - DROPOUT), 0)

    def judge(self, x, view, run):
        return self.dense("critic.realness", self.trunk(x, view, run)).squeeze(1)

    def generator(self, z, view):
        h = torch.relu(self.norm("generator.norm", self.dense("generator.hidden", z), view))
        pixels = torch.sigmoid(self.dense("generator.pixels", h))
        return pixels.reshape(-1, CHANNELS, HEIGHT, WIDTH)

    def critic_step(self, batch):
        run = 2 * batch
        x = images(0 if self.mistake == "stale batches" else batch).requires_grad_()
        drawn = self.generator(self.noise("normal", "codes", run, [BATCH, LATENT]), "drawn").detach()
        real = self.judge(x, "", run)
        (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
        penalty = slope.square().sum([1, 2, 3])
        fooled = F.softplus(self.judge(drawn, "drawn", run))
        remembered = F.softplus(self.judge(self.pool, "pool", run)).mean()
        fade = 1 if self.mistake == "no clock" else 1 - batch / BATCHES
        loss = (F.softplus(-real) + fooled + remembered + penalty * PENALTY / 2 * fade).mean()
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        if self.mistake != "memory that stays":
            self.pool = torch.cat([self.pool[2:], drawn[:2]])
        self.losses.append({"loss": loss.item(), "penalty": penalty.mean().item()})

    def generator_step(self, batch):
        run = 2 * batch + (0 if self.mistake == "one noise for both steps" else 1)
        z = self.noise("normal", "codes", run, [BATCH, LATENT])
        drawn = self.generator(z, "")
        real = self.judge(drawn, "pool" if self.mistake == "judged by batch statistics" else "frozen", run)
        squares = (self.dense("code.mean", self.trunk(drawn, "code", run)) - z).square().sum(1)
        loss = (F.softplus(-real) + squares * min(batch / 10, 1)).mean()
        self.rms.zero_grad()
        loss.backward()
        if self.mistake == "gradients clipped by scope":
            for scope in ["generator", "code", "trunk"]:
                torch.nn.utils.clip_grad_norm_(self.of(scope), 0.5)
        else:
            torch.nn.utils.clip_grad_norm_(self.of("generator", "code", "trunk"), 0.5)
        if self.mistake == "generator trains the critic":
            with torch.no_grad():
                for parameter in self.of("critic"):
                    parameter -= RATE * parameter.grad
        if self.mistake == "shared moments":
            self.share(self.adam, "exp_avg_sq", 1 - DECAY, self.rms, "square_avg", 1 - 0.99)
        self.rms.step()
        if self.mistake == "shared moments":
            self.share(self.rms, "square_avg", 1 - 0.99, self.adam, "exp_avg_sq", 1 - DECAY)
        self.losses.append({"loss": loss.item(), "squares": squares.mean().item()})

    def share(self, source, name, weight, target, other, other_weight):
        """The decayed sum of squares of the trunk as both rules would keep it in one vector."""
        for parameter in self.of("trunk"):
            if source.state[parameter] and not target.state[parameter]:
                zeros = torch.zeros_like(parameter)
                target.state[parameter] = {
                    "step": torch.tensor(0.0),
                    other: zeros,
                    "momentum_buffer": torch.zeros_like(parameter),
                }
            target.state[parameter][other] = source.state[parameter][name] * other_weight / weight

    def average(self, update, *scopes):
        weight = 1 - min(DECAY, (1 + update) / (10 + update))
        for name, average in self.averages.items():
            kind, path = name.split(".", 1)
            if path.split(".")[0] in scopes:
                value = {"parameters": self.parameters, "buffers": self.buffers}[kind][path]
                average += (value.detach() - average) * weight

    def train(self):
        every = 1 if self.mistake == "generator every batch" else 3
        for batch in range(BATCHES):
            due = (batch + 1) % every == 0
            if due and self.mistake == "swapped order":
                self.generator_step(batch)
            self.critic_step(batch)
            self.average(batch + 1, "trunk", "critic")
            if due and self.mistake != "swapped order":
                self.generator_step(batch)
            if due:
                self.average((batch + 1) // every, "generator", "code")
                if self.mistake == "averages twice a batch":
                    self.average((batch + 1) // every, "trunk")
        return self

    def state(self):
        state = {f"parameters.{p}": v for p, v in self.parameters.items()}
        state |= {f"buffers.{p}": v for p, v in self.buffers.items()}
        averages = {f"buffers.{p}": v for p, v in self.buffers.items()} | self.averages
        state |= {f"ema.{name}": v for name, v in averages.items()}
        state["memory.critic.pool"] = self.pool
        for step, optimizer, moments in [
            ("critic", self.adam, ["exp_avg", "exp_avg_sq"]),
            ("generator", self.rms, ["square_avg", "momentum_buffer"]),
        ]:
            for path, parameter in self.parameters.items():
                for moment in moments if parameter in optimizer.state else []:
                    state[f"{step}.{moment}.{path}"] = optimizer.state[parameter][moment]
        return {name: value.detach().reshape(-1) for name, value in state.items()}


def deviation(found, expected):
    """The largest difference of an element, as a share of the largest element of its tensor."""
    return max(
        ((found[name] - value).abs().max() / value.abs().max().clamp(min=1e-3)).item()
        for name, value in expected.items()
    )


MISTAKES = [
    "swapped order",
    "shared moments",
    "generator every batch",
    "generator trains the critic",
    "gradients clipped by scope",
    "statistics of the second pass",
    "statistics of every pass",
    "judged by batch statistics",
    "one dropout for all passes",
    "one noise for both steps",
    "stale batches",
    "memory that stays",
    "averages twice a batch",
    "raw statistics",
    "no clock",
]

right = Twin(None).train()
expected = right.state()
numbers = lambda values: [float(f"{float(v):.10g}") for v in values]
fixture = {
    "versions": {"torch": torch.__version__, "numpy": np.__version__},
    "shapes": SHAPES,
    "losses": [{k: float(f"{v:.10g}") for k, v in each.items()} for each in right.losses],
    "state": {name: numbers(value) for name, value in expected.items()},
    "deviations": {m: deviation(Twin(m).train().state(), expected) for m in MISTAKES},
}
path = pathlib.Path(__file__).with_name("toy-gan.json")
path.write_text(json.dumps(fixture) + "\n")
print(json.dumps(fixture["deviations"], indent=1))
