"""Writes nn.json: what PyTorch computes for the distributions, optimisers and schedules of src/nn.

Everything is float64 from a fixed seed. Run with current PyTorch from PyPI: python3 reference/nn.py
"""

import torch
from torch import distributions as D
from torch import nn

from fixtures import array, arrays, numbers, write

inputs = torch.tensor([-3.0, -0.5, -0.01, 0.02, 0.7, 4.0])
activations = {
    "relu": nn.functional.relu,
    "leakyRelu": nn.functional.leaky_relu,
    "elu": nn.functional.elu,
    "gelu": nn.functional.gelu,
    "silu": nn.functional.silu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softplus": nn.functional.softplus,
}

LEARNING_RATES = [0.1, 0.1, 0.05, 0.02, 0.01]
start = torch.randn(6)
gradients = [torch.randn(6) for _ in LEARNING_RATES]


def optimizer(make):
    parameters = start.clone().requires_grad_()
    rule = make([parameters])
    steps = []
    for rate, gradient in zip(LEARNING_RATES, gradients):
        rule.param_groups[0]["lr"] = rate
        parameters.grad = gradient.clone()
        rule.step()
        steps.append(numbers(parameters))
    return steps


def optimizers(kind, cases):
    return [
        {"options": ours, "steps": optimizer(lambda p: kind(p, lr=1.0, **theirs))}
        for ours, theirs in cases
    ]


def same(*cases):
    return [(case, case) for case in cases]


decay = ({"weightDecay": 0.1}, {"weight_decay": 0.1})
optim = torch.optim
optimizer_cases = {
    "sgd": optimizers(
        optim.SGD,
        [
            *same({}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}),
            decay,
            (
                {"momentum": 0.8, "nesterov": True, "weightDecay": 0.1},
                {"momentum": 0.8, "nesterov": True, "weight_decay": 0.1},
            ),
        ],
    ),
    "adam": optimizers(
        optim.Adam,
        [
            *same({}, {"eps": 0.1}),
            ({"beta1": 0.5, "beta2": 0.9}, {"betas": (0.5, 0.9)}),
            ({"beta1": 0, "beta2": 0.9}, {"betas": (0.0, 0.9)}),
            decay,
        ],
    ),
    "adamW": optimizers(
        optim.AdamW, [*same({}, {"eps": 0.1}), ({"beta1": 0.5}, {"betas": (0.5, 0.999)}), decay]
    ),
    "rmsProp": optimizers(
        optim.RMSprop,
        [
            *same({}, {"alpha": 0.9, "eps": 0.1}, {"momentum": 0.9}, {"centered": True}),
            *same({"centered": True, "momentum": 0.5, "alpha": 0.5, "eps": 1e-3}),
            decay,
        ],
    ),
}


def clipped(max_norm):
    parts = [torch.zeros(6, requires_grad=True), torch.zeros(6, requires_grad=True)]
    for part, gradient in zip(parts, gradients):
        part.grad = gradient.clone()
    norm = nn.utils.clip_grad_norm_(parts, max_norm)
    return {
        "maxNorm": max_norm,
        "norm": float(norm),
        "gradients": [numbers(part.grad) for part in parts],
    }


def schedule(make, total):
    rule = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    rates = make(rule)
    factors = []
    for _ in range(total):
        factors.append(rule.param_groups[0]["lr"])
        rule.step()
        rates.step()
    return factors


schedules = {
    "cosine:0.1": schedule(
        lambda rule: optim.lr_scheduler.CosineAnnealingLR(rule, T_max=12, eta_min=0.1), 12
    ),
    "step:5:0.3": schedule(lambda rule: optim.lr_scheduler.StepLR(rule, 5, gamma=0.3), 12),
}

p_logits, q_logits = torch.randn(2, 3) * 3, torch.randn(2, 3) * 3
grey = torch.rand(2, 3)
p_mean, q_mean = torch.randn(2, 3), torch.randn(2, 3)
p_log_var, q_log_var = torch.randn(2, 3), torch.randn(2, 3)
values = torch.randn(2, 3)
p, q = D.Normal(p_mean, (p_log_var / 2).exp()), D.Normal(q_mean, (q_log_var / 2).exp())
b, c = D.Bernoulli(logits=p_logits), D.Bernoulli(logits=q_logits)
k, m = D.Categorical(logits=p_logits), D.Categorical(logits=q_logits)
classes = torch.tensor([2, 0])
mixture = D.MixtureSameFamily(k, p)
distributions = {
    "parameters": arrays(
        {
            "pLogits": p_logits,
            "qLogits": q_logits,
            "pMean": p_mean,
            "qMean": q_mean,
            "pLogVar": p_log_var,
            "qLogVar": q_log_var,
            "grey": grey,
            "values": values,
        }
    ),
    "bernoulli": arrays(
        {
            # Bernoulli.log_prob takes 0 and 1 only; binary_cross_entropy is defined between.
            "logProb": -nn.functional.binary_cross_entropy_with_logits(
                p_logits, grey, reduction="none"
            ),
            "entropy": b.entropy(),
            "mean": b.mean,
            "kl": D.kl_divergence(b, c),
        }
    ),
    "normal": arrays(
        {
            "logProb": p.log_prob(values),
            "entropy": p.entropy(),
            "kl": D.kl_divergence(p, q),
            "klToStandard": D.kl_divergence(p, D.Normal(torch.tensor(0.0), torch.tensor(1.0))),
            "fixedLogProb": D.Normal(p_mean, 0.3).log_prob(values),
            "fixedEntropy": D.Normal(p_mean, 0.3).entropy(),
            "fixedKl": D.kl_divergence(p, D.Normal(q_mean, 0.3)),
        }
    ),
    "categorical": arrays(
        {
            "logProb": k.log_prob(classes),
            "entropy": k.entropy(),
            "mean": k.probs,
            "kl": D.kl_divergence(k, m),
        }
    ),
    "normalMixture": arrays({"logProb": mixture.log_prob(values[:, 0]), "mean": mixture.mean}),
}


def level_probs(mean, scale, pixel):
    """Mass of the level of each pixel by the distribution function itself; components are last."""
    upper = torch.where(pixel > 0.999, torch.tensor(torch.inf), pixel + 1 / 255)
    lower = torch.where(pixel < -0.999, torch.tensor(-torch.inf), pixel - 1 / 255)
    return torch.sigmoid((upper - mean) / scale) - torch.sigmoid((lower - mean) / scale)


def levels(*shape):
    drawn = torch.randint(0, 256, shape)
    drawn.view(-1)[0], drawn.view(-1)[1] = 0, 255
    return drawn / 255 * 2 - 1


def grey_mixture():
    logits, mean = torch.randn(4, 3), torch.rand(4, 3) * 2 - 1
    log_scale, x = torch.randn(4, 3) - 2, levels(4)
    probs = level_probs(mean, log_scale.exp(), x[:, None])
    log_prob = (logits.softmax(-1) * probs).sum(-1).log()
    named = {"logits": logits, "mean": mean, "logScale": log_scale, "x": x, "logProb": log_prob}
    return arrays(named)


def rgb_mixture():
    n, k, h, w = 2, 3, 1, 2
    logits, mean = torch.randn(n, k, h, w), torch.rand(n, 3, k, h, w) * 2 - 1
    log_scale, coefficients = torch.randn(n, 3, k, h, w) - 1, torch.randn(n, 3, k, h, w)
    x = levels(n, 3, h, w)
    log_prob = torch.zeros(n, h, w)
    for i in range(n):
        for row in range(h):
            for column in range(w):
                red, green, blue = x[i, :, row, column]
                mu = mean[i, :, :, row, column]
                scale = log_scale[i, :, :, row, column].exp()
                co = coefficients[i, :, :, row, column].tanh()
                joint = level_probs(mu[0], scale[0], red)
                joint = joint * level_probs(mu[1] + co[0] * red, scale[1], green)
                joint = joint * level_probs(mu[2] + co[1] * red + co[2] * green, scale[2], blue)
                weights = logits[i, :, row, column].softmax(-1)
                log_prob[i, row, column] = (weights * joint).sum().log()
    return arrays(
        {
            "logits": logits,
            "mean": mean,
            "logScale": log_scale,
            "coefficients": coefficients,
            "x": x,
            "logProb": log_prob,
        }
    )


fixture = {
    "activations": {
        "x": array(inputs),
        **{name: array(f(inputs)) for name, f in activations.items()},
    },
    "optimizers": {
        "start": numbers(start),
        "gradients": [numbers(g) for g in gradients],
        "learningRates": LEARNING_RATES,
        "cases": optimizer_cases,
    },
    "clipping": [clipped(0.5), clipped(100.0)],
    "schedules": schedules,
    "distributions": distributions,
    "logisticMixture": grey_mixture(),
    "logisticMixtureRgb": rgb_mixture(),
}
write(__file__, fixture)
