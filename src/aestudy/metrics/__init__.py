"""How far one image is from another: `mse`, `psnr_db` and `ssim`."""

from aestudy.metrics.pixelwise import mse, psnr_db
from aestudy.metrics.structural_similarity import ssim

__all__ = ["mse", "psnr_db", "ssim"]
