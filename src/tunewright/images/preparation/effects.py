"""Random changes of the values of images: colour, cutout, mixup. All on float32 batches in channels_last."""

import numpy as np
import torch
from torch import Tensor


def coloured(pixels: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Brightness and contrast of each image times a factor each, uniform from 1 - strength to 1 + strength.

    Pixels from 0 to 255 of any type, shape (images, channels, height, width); float32 out, cut off at 0 and 255 as a
    camera does. Contrast is the distance from the mean over all pixels and channels of the image.
    """
    factors = 1 + strength * (2 * torch.rand((2, len(pixels)), generator=generator) - 1)
    brightness, contrast = factors.to(pixels.device)
    values = pixels.permute(0, 2, 3, 1).reshape(len(pixels), -1).to(torch.float32, copy=True)
    # Whole numbers add up exactly in double precision, in any order.
    mean = values.sum(dim=1, dtype=torch.float64) / values.shape[1]
    values.mul_((brightness * contrast)[:, None])
    values.add_((brightness * (1 - contrast) * mean.float())[:, None]).clamp_(0, 255)
    count, channels, height, width = pixels.shape
    return values.view(count, height, width, channels).permute(0, 3, 1, 2)


def cut_out(images: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Set one square per image to 0, which is the channel's mean after normalisation (DeVries & Taylor 2017).

    The square's middle is uniform over the image and what lies outside is lost, so squares at the edge are smaller.
    The images, float of shape (images, channels, height, width) in channels_last, are changed in place and returned.
    """
    count, channels, height, width = images.shape
    middles = torch.stack(
        [torch.randint(height, (count,), generator=generator), torch.randint(width, (count,), generator=generator)]
    )
    lines = middles.to(images.device)[:, :, None] + (torch.arange(side, device=images.device) - side // 2)
    # The middle is inside, so a row or column clamped to the edge is one of the square's own: zero twice is zero.
    rows, columns = lines[0].clamp(0, height - 1), lines[1].clamp(0, width - 1)
    starts = (torch.arange(count, device=images.device)[:, None] * height + rows) * width
    places = (starts[:, :, None] + columns[:, None, :]).view(-1)
    images.permute(0, 2, 3, 1).view(-1, channels).index_fill_(0, places, 0.0)
    return images


def mix(batch: Tensor, labels: Tensor, alpha: float, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Mixup (Zhang et al. 2018): each image is `weight` of itself and `1 - weight` of another one of the batch.

    `batch`: float of shape (images, channels, height, width) in channels_last, changed in place and returned with the
    labels of the other images and the weights (float32), both of shape (images,). Weights are Beta(alpha, alpha), one
    per image; the other images are the batch in random order.
    """
    order = torch.randperm(len(batch), generator=generator)
    # torch draws no Beta from a generator of ours.
    seed = int(torch.randint(2**62, (), generator=generator))
    beta = np.random.default_rng(seed).beta(alpha, alpha, size=len(batch))
    weights = torch.from_numpy(beta).to(torch.float32).to(batch.device)
    order = order.to(batch.device)
    flat = batch.permute(0, 2, 3, 1).view(len(batch), -1)
    others = flat.index_select(0, order).mul_((1 - weights)[:, None])
    flat.mul_(weights[:, None]).add_(others)
    return batch, labels.index_select(0, order), weights
