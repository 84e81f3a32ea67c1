"""Writes diffusion.json: schedules, single updates and whole runs of samplers, from diffusers and
k-diffusion in float64.

The denoiser is D(x; sigma) = (x + sigma^2 * mean) / (1 + sigma^2) + 0.1 * sin(x) / (1 + sigma), smooth and
not linear.

    pip install torch==2.15.0 diffusers==0.42.1 k-diffusion==0.1.1.post1 scipy==1.17.1
    python reference/diffusion.py
"""
import importlib.metadata
import importlib.util
import json
import math
import pathlib
import sys
import types

import torch
from diffusers import DDIMScheduler, DDPMScheduler
from diffusers.schedulers.scheduling_ddim import rescale_zero_terminal_snr
from diffusers.schedulers.scheduling_ddpm import betas_for_alpha_bar
from diffusers.training_utils import compute_snr

torch.set_default_dtype(torch.float64)


def module(name):
    """A file of k-diffusion alone: importing the package needs libraries that these do not use."""
    root = pathlib.Path(importlib.util.find_spec("k_diffusion").submodule_search_locations[0])
    for missing in ("torchsde", "torchdiffeq"):
        sys.modules.setdefault(missing, types.SimpleNamespace(odeint=None))
    package = sys.modules.setdefault("k_diffusion", types.ModuleType("k_diffusion"))
    package.__path__ = [str(root)]
    utils = types.ModuleType("k_diffusion.utils")
    utils.append_dims = lambda x, rank: x[(...,) + (None,) * (rank - x.ndim)]
    package.utils = sys.modules["k_diffusion.utils"] = utils
    spec = importlib.util.spec_from_file_location(f"k_diffusion.{name}", root / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


sampling = module("sampling")
mean = torch.tensor([0.7, -0.3, 0.1, 0.5])


def denoiser(x, sigma):
    sigma = sigma.reshape(-1, 1)
    return (x + sigma**2 * mean) / (1 + sigma**2) + 0.1 * torch.sin(x) / (1 + sigma)


def values(x):
    return torch.as_tensor(x).flatten().tolist()


T = 1000
linear = torch.linspace(1e-4, 0.02, T)
cosine = betas_for_alpha_bar(T, alpha_transform_type="cosine").double()
steps = [0, 1, 9, 99, 499, 899, 998, 999]


def alpha_bars(betas):
    return values(torch.cumprod(1 - betas, 0)[steps])


# --- single updates of diffusers, at unit scale -------------------------------------------------
z = torch.tensor([[0.9, -1.3, 0.2, 1.7]])
x0 = torch.tensor([[0.4, -0.8, 0.9, -0.1]])
updates = []
for count, t in ((10, 400), (10, 100), (50, 20)):
    alpha_bar = torch.cumprod(1 - linear, 0)
    before = t - T // count
    for eta in (0.0, 0.5, 1.0):
        scheduler = DDIMScheduler(
            T, trained_betas=linear.numpy(), clip_sample=False, prediction_type="sample"
        )
        scheduler.alphas_cumprod = alpha_bar
        scheduler.set_timesteps(count)
        noise = torch.tensor([[0.3, -0.6, 1.1, 0.2]])
        step = scheduler.step(x0, t, z, eta=eta, variance_noise=noise)
        updates.append(
            {
                "sampler": "ddim",
                "eta": eta,
                "from": float(alpha_bar[t]),
                "to": float(alpha_bar[before]),
                "result": values(step.prev_sample),
            }
        )
    for kind, variance in (("fixed_small", "small"), ("fixed_large", "large"), ("learned_range", "learned")):
        scheduler = DDPMScheduler(
            T,
            trained_betas=linear.numpy(),
            variance_type=kind,
            clip_sample=False,
            prediction_type="sample",
        )
        scheduler.betas, scheduler.alphas = linear, 1 - linear
        scheduler.alphas_cumprod = alpha_bar
        scheduler.set_timesteps(count)
        # The mean, and the variance apart from the noise that the scheduler would draw.
        alpha_t, alpha_to = alpha_bar[t], alpha_bar[before]
        ratio = alpha_t / alpha_to
        beta_t = 1 - alpha_t
        expected_mean = (
            alpha_to**0.5 * (1 - ratio) / beta_t * x0 + ratio**0.5 * (1 - alpha_to) / beta_t * z
        )
        # Four channels of one pixel, because the scheduler splits a learned variance off by channels.
        state, image = z.reshape(1, 4, 1, 1), x0.reshape(1, 4, 1, 1)
        share = torch.tensor([0.1, 0.4, 0.5, 0.9]).reshape(1, 4, 1, 1)
        output = torch.cat([image, 2 * share - 1], 1) if variance == "learned" else image
        torch.manual_seed(0)
        drawn = scheduler.step(output, t, state).prev_sample.reshape(z.shape)
        torch.manual_seed(0)
        noise = torch.randn(state.shape).reshape(z.shape)
        if variance != "learned":
            variance_value = scheduler._get_variance(t)
            assert torch.allclose(drawn, expected_mean + variance_value**0.5 * noise)
        updates.append(
            {
                "sampler": "ddpm",
                "variance": variance,
                **({"share": values(share)} if variance == "learned" else {}),
                "from": float(alpha_t),
                "to": float(alpha_to),
                "noise": values(noise),
                "result": values(drawn),
            }
        )

# --- whole runs of k-diffusion -------------------------------------------------------------------
sigmas = sampling.get_sigmas_karras(8, 0.05, 20.0)
start = torch.tensor([[12.0, -7.0, 3.0, 25.0]])
noises = torch.randn(8, 1, 4, generator=torch.Generator().manual_seed(3))


def noise_sampler():
    drawn = iter(noises)
    return lambda *_: next(drawn)




def churned(sample):
    """With s_churn: k-diffusion draws with torch.randn_like, replaced here by known noise."""
    drawn = iter(noises)
    original = torch.randn_like
    torch.randn_like = lambda *_, **__: next(drawn)
    try:
        return sample(denoiser, start.clone(), sigmas, s_churn=3.0, disable=True)
    finally:
        torch.randn_like = original


quiet = {"disable": True}
runs = {
    "euler": sampling.sample_euler(denoiser, start.clone(), sigmas, **quiet),
    "euler-churn": churned(sampling.sample_euler),
    "euler-ancestral": sampling.sample_euler_ancestral(
        denoiser, start.clone(), sigmas, noise_sampler=noise_sampler(), **quiet
    ),
    "heun": sampling.sample_heun(denoiser, start.clone(), sigmas, **quiet),
    "heun-churn": churned(sampling.sample_heun),
    "dpmpp-2m": sampling.sample_dpmpp_2m(denoiser, start.clone(), sigmas, **quiet),
    "dpmpp-2s": sampling.sample_dpmpp_2s_ancestral(
        denoiser, start.clone(), sigmas, eta=0.0, noise_sampler=noise_sampler(), **quiet
    ),
    "lms": sampling.sample_lms(denoiser, start.clone(), sigmas, **quiet),
}

# --- weightings ----------------------------------------------------------------------------------
weighting_sigmas = [0.05, 0.3, 1.0, 4.0, 30.0]
snr = torch.tensor(weighting_sigmas) ** -2.0
table = DDPMScheduler(5)
table.alphas_cumprod = snr / (1 + snr)
assert torch.allclose(compute_snr(table, torch.arange(5)).double(), snr)
gamma, sigma_data = 5.0, 0.5
minimum = torch.minimum(snr, torch.full_like(snr, gamma))
sigma = torch.tensor(weighting_sigmas)
weights = {
    # diffusers' examples/text_to_image/train_text_to_image.py: --snr_gamma
    "min-snr": {"eps": values(minimum / snr), "v": values(minimum / (snr + 1)), "x0": values(minimum)},
    # arXiv:2401.11605, section 4.4
    "soft-min-snr": {"x0": values(1 / (sigma**2 + 1 / gamma))},
    # arXiv:2206.00364, table 1
    "edm": {"x0": values((sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2)},
}

fixture = {
    "versions": {
        name: importlib.metadata.version(name) for name in ("torch", "diffusers", "k-diffusion", "scipy")
    },
    "schedules": {
        "steps": [step + 1 for step in steps],
        "linear": alpha_bars(linear),
        "cosine": alpha_bars(cosine),
        "linearZeroTerminalSnr": alpha_bars(rescale_zero_terminal_snr(linear)),
    },
    "karras": {"least": 0.05, "most": 20.0, "sigmas": values(sigmas)},
    "updates": {"z": values(z), "denoised": values(x0), "noise": [0.3, -0.6, 1.1, 0.2], "cases": updates},
    "runs": {
        "mean": values(mean),
        "start": values(start),
        "noises": [values(noise) for noise in noises],
        "churn": 3.0,
        "results": {name: values(result) for name, result in runs.items()},
    },
    "weights": {"sigmas": weighting_sigmas, "gamma": gamma, "sigmaData": sigma_data, "of": weights},
}
assert all(math.isfinite(v) for result in fixture["runs"]["results"].values() for v in result)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(fixture) + "\n")
