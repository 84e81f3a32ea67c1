"""The steps of bench/steps, written in idiomatic PyTorch, a file for each family.

Each is a module with a method `loss(x, noise)`, the mean over the batch. Parameters have the same names
as in Figment, so that weights can be transferred and models compared by name.
`noise(name, *shape)` draws standard normal numbers, or uniform ones with `uniform=True`.
"""
from aae import AaeDiscriminate, AaeReconstruct
from autoencoders import Autoencoder, DenoisingAutoencoder, SparseAutoencoder
from classifier import Classifier
from dcgan import DcganDiscriminator, DcganGenerator
from dcgan_modern import ModernDiscriminatorStep, ModernGeneratorStep
from diffusion import Ddpm, Dit
from dvae import Dvae
from image_gpt import ImageGpt
from infogan import InfoGanDiscriminatorStep, InfoGanGeneratorStep
from pixelcnn import PixelCnn
from puzzle_gan import PuzzleGanDiscriminator, PuzzleGanGenerator
from row_lstm import RowLstm
from text_gan import TextGanDiscriminator, TextGanGenerator
from transformer import Transformer
from translation import (
    CycleganDiscriminators,
    CycleganGenerators,
    StarganDiscriminator,
    StarganGenerator,
)
from unet_block import UnetBlock
from vae import VaeConv, VaeMlp

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
