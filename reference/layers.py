"""Writes layers.json: what PyTorch computes for the layers of src/nn/layers, with gradients.

Everything is float64 from a fixed seed. Run with current PyTorch from PyPI:
python3 reference/layers.py
"""

import re

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

import modules
from fixtures import array, arrays, write

PROJECTIONS = ("query", "key", "value")
# From PyTorch's names to Figment's, in this order.
RENAMED = [
    (r"parametrizations\.weight\.original", "weight"),
    (r"parametrizations\.weight\.0\._", ""),
    (r"^(residual|heads)\.", ""),
    (r"(^|\.)heads\.", r"\1"),
    (r"self_attn\.", "attention."),
    (r"multihead_attn\.", "cross."),
    (r"linear1\.", "widen."),
    (r"linear2\.", "narrow."),
    (r"out_proj\.", "output."),
    (r"q_proj_weight", "query.weight"),
    (r"k_proj_weight", "key.weight"),
    (r"v_proj_weight", "value.weight"),
]


def ours(named, renamed=()):
    """Renames tensors, and takes apart the projections that PyTorch keeps as one."""
    result = {}
    for name, value in named.items():
        for pattern, replacement in [*RENAMED, *renamed]:
            name = re.sub(pattern, replacement, name)
        packed = re.fullmatch(r"(.*)in_proj_(weight|bias)", name)
        if packed is None:
            result[name] = value
            continue
        prefix, kind = packed.groups()
        for projection, part in zip(PROJECTIONS, value.chunk(3)):
            result[f"{prefix}{projection}.{kind}"] = part
    return result


def layer(module, x, others=None, std=1.0, integer=False, renamed=()):
    """Output of a layer with random weights, and the gradients of sum(output * cotangent).

    `others` are inputs besides x, by name; `std` is that of the weights.
    """
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(std=std)
        for name, buffer in module.named_buffers():
            if buffer.is_floating_point():
                buffer.uniform_(0.5, 1.5)
            if re.search(r"\._[uv]$", name):
                buffer.div_(buffer.norm())  # singular vectors have length 1

    def buffers():
        named = {n: b for n, b in module.named_buffers() if b.is_floating_point()}
        return ours(named, renamed)

    def leaf(tensor):
        return tensor if integer else tensor.clone().requires_grad_()

    before = {name: buffer.clone() for name, buffer in buffers().items()}
    x = leaf(x)
    others = {name: leaf(value) for name, value in (others or {}).items()}
    y = module(x, **others)
    cotangent = torch.randn_like(y)
    (y * cotangent).sum().backward()
    parameters = ours(dict(module.named_parameters()), renamed)
    gradients = ours({n: p.grad for n, p in module.named_parameters()}, renamed)
    inputs = {} if integer else {"x": x, **others}
    after = {n: b for n, b in buffers().items() if not torch.equal(b, before[n])}
    return {
        "x": array(x),
        **({"others": arrays(others)} if others else {}),
        "variables": arrays({**parameters, **before}),
        "y": array(y),
        "cotangent": array(cotangent),
        "gradients": arrays({**{n: value.grad for n, value in inputs.items()}, **gradients}),
        "updates": arrays(after),
    }


images = torch.randn(2, 4, 3, 4)
vectors = torch.randn(7, 3) * 2 + 1
layers = {
    "dense": layer(nn.Linear(3, 5), vectors),
    "denseOverSequence": layer(nn.Linear(3, 2, bias=False), torch.randn(2, 4, 3)),
    "conv2d": layer(nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=1, groups=2), images),
    "conv2dSame": layer(nn.Conv2d(4, 2, (2, 3), padding="same", dilation=(1, 2)), images),
    "convTranspose2d": layer(
        nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), images
    ),
    "batchNormVectors": layer(nn.BatchNorm1d(3), vectors),
    "batchNormImages": layer(nn.BatchNorm2d(4, momentum=0.3, eps=1e-3), images),
    "batchNormEval": layer(nn.BatchNorm2d(4).eval(), images),
    "batchNormPlain": layer(nn.BatchNorm2d(4, affine=False), images),
    "layerNorm": layer(nn.LayerNorm(4), images),
    "layerNormThreeAxes": layer(nn.LayerNorm([4, 3, 4], eps=1e-3), images),
    "groupNorm": layer(nn.GroupNorm(2, 4), images),
    "instanceNorm": layer(nn.InstanceNorm2d(4), images),
    "instanceNormAffine": layer(nn.InstanceNorm2d(4, affine=True), images),
    "embedding": layer(nn.Embedding(5, 3), torch.tensor([[4, 0], [1, 4]]), integer=True),
}

# Attention

sequence = torch.randn(2, 3, 4)
context = torch.randn(2, 5, 3)
layers |= {
    "attention": layer(modules.Attention(4, 2), sequence, std=0.7),
    "attentionCausal": layer(modules.CausalAttention(4, 2), sequence, std=0.7),
    "attentionMasked": layer(
        modules.Attention(4, 2), sequence, {"mask": torch.randn(3, 3)}, std=0.7
    ),
    "attentionCross": layer(
        modules.Attention(4, 2, context=3), sequence, {"context": context}, std=0.7
    ),
    "spatialAttention": layer(
        modules.SpatialAttention(4, 2, groups=2),
        images,
        std=0.7,
        renamed=[(r"^attention\.", "")],
    ),
}

settings = {"dim_feedforward": 8, "dropout": 0.0, "activation": "gelu", "batch_first": True}
layers |= {
    "transformerBlock": layer(
        nn.TransformerEncoderLayer(4, 2, norm_first=True, **settings), sequence, std=0.7
    ),
    "transformerBlockCross": layer(
        nn.TransformerDecoderLayer(4, 2, norm_first=True, **settings),
        sequence,
        {"memory": torch.randn(2, 5, 4)},
        std=0.7,
        renamed=[(r"^norm2\.", "crossNorm."), (r"^norm3\.", "norm2.")],
    ),
}

# Blocks of convolutions


def group_norm(channels):
    return nn.GroupNorm(2, channels)


small = torch.randn(2, 2, 4, 2)
condition = torch.randn(2, 3)
residual = modules.ResidualBlock
layers |= {
    "residualBlock": layer(residual(2, 2), small, std=0.5),
    "residualBlockBatchNormDown": layer(
        residual(2, 4, nn.BatchNorm2d, resample="down"), small, std=0.5
    ),
    "residualBlockGroupNormUp": layer(residual(2, 4, group_norm, resample="up"), small, std=0.5),
    "residualBlockAdded": layer(
        residual(2, 2, group_norm, condition=3), small, {"condition": condition}, std=0.5
    ),
    "residualBlockScaleShift": layer(
        residual(2, 4, group_norm, condition=3, scale_shift=True),
        small,
        {"condition": condition},
        std=0.5,
    ),
    "unetBlock": layer(
        modules.UnetBlock(2, 4, groups=2, condition=3, heads=2),
        small,
        {"condition": condition},
        std=0.5,
        renamed=[(r"^attention\.attention\.", "attention.")],
    ),
    "resizeConv2dNearest": layer(
        nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(2, 3, 3, padding=1)),
        small,
        renamed=[(r"^1\.", "")],
    ),
    "resizeConv2dBilinear": layer(
        nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), nn.Conv2d(2, 3, 3, padding=1)),
        small,
        renamed=[(r"^1\.", "")],
    ),
}

# Embeddings of numbers

steps = torch.tensor([0.0, 0.3, 1.0, 17.5, 999.0])
log_levels = torch.tensor([-1.5, 0.0, 0.3, 2.0])
layers |= {
    "timestepEmbedding": layer(modules.TimestepEmbedding(6), steps),
    "fourierEmbedding": layer(modules.FourierEmbedding(6), log_levels),
}

# Weights that are normalised or scaled

layers |= {
    "spectralNormDense": layer(spectral_norm(nn.Linear(3, 5)), vectors),
    "spectralNormConv2d": layer(spectral_norm(nn.Conv2d(4, 3, 2), n_power_iterations=3), images),
    "spectralNormConvTranspose2d": layer(spectral_norm(nn.ConvTranspose2d(4, 3, 2)), images),
    "spectralNormEval": layer(spectral_norm(nn.Linear(3, 5)).eval(), vectors),
    "equalisedDense": layer(modules.equalised(nn.Linear(3, 5), gain=1.0), vectors),
    "equalisedConv2d": layer(modules.equalised(nn.Conv2d(4, 3, 2), gain=2**0.5), images),
}

# Layers without weights

layers |= {
    "reflectionPad2d": layer(nn.ReflectionPad2d((3, 1, 0, 2)), images),
    "pixelShuffle": layer(nn.PixelShuffle(2), images),
    "pixelUnshuffle": layer(nn.PixelUnshuffle(2), small),
    "minibatchStd": layer(modules.MinibatchStd(group=3), torch.randn(6, 2, 2, 2)),
    "pixelNorm": layer(modules.PixelNorm(), images),
}

# Last, so that the layers above keep their random numbers.
told = torch.randn(2, 3)
layers |= {
    "adaptiveBlock": layer(
        modules.AdaptiveBlock(4, 2, condition=3, widening=2),
        torch.randn(2, 3, 4),
        {"condition": told},
        std=0.5,
    ),
    "adaptiveNorm": layer(
        modules.AdaptiveNorm(4, condition=3), torch.randn(2, 3, 4), {"condition": told}
    ),
}

write(__file__, {"layers": layers})
