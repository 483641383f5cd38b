"""Principal components: the best linear autoencoder."""

from dataclasses import dataclass

import numpy as np

from aestudy.images import to_float

BLOCK_IMAGES = 2000
"""Images that are converted to floats at once."""


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """A linear autoencoder of centered images.

    Attributes:
        mean: float32 (H, W), the mean of the images that it was fitted on.
        components: float32 (k, H·W), orthonormal rows by falling variance.
    """

    mean: np.ndarray
    components: np.ndarray

    @classmethod
    def fit(cls, train_images: np.ndarray, code_size: int) -> "PrincipalComponents":
        """Find the components of largest variance.

        They are the eigenvectors of the covariance matrix of the pixels or, where an image has more pixels
        than there are images, follow from those of the images' matrix of inner products. Images of rank below
        `code_size` have fewer components.

        Args:
            train_images: uint8 (N, H, W).
            code_size: number of components, at least 1.
        """
        from scipy.linalg import eigh

        mean = mean_image(train_images)
        pixels = mean.size
        few_images = len(train_images) < pixels
        if few_images:
            centered = (to_float(train_images) - mean).reshape(-1, pixels)
            products = (centered @ centered.T).astype(np.float64)
        else:
            products = np.zeros((pixels, pixels))
            for start in range(0, len(train_images), BLOCK_IMAGES):
                block = (to_float(train_images[start : start + BLOCK_IMAGES]) - mean).reshape(-1, pixels)
                products += block.T @ block
        size = len(products)
        count = min(code_size, size)
        variances, vectors = eigh(products, subset_by_index=(size - count, size - 1))
        # float32 products leave about 1e-7 of the largest variance where there is none.
        kept = variances > 1e-6 * max(variances[-1], 1e-30)
        vectors, variances = vectors[:, kept][:, ::-1], variances[kept][::-1]
        components = (centered.T @ vectors) / np.sqrt(variances) if few_images else vectors
        return cls(mean, np.ascontiguousarray(components.T, np.float32))

    def project(self, images: np.ndarray, code_size: int | None = None) -> np.ndarray:
        """Encode images and decode them again, without clipping.

        Args:
            images: float32 (M, H, W).
            code_size: use the first so many components only; all when None.

        Returns:
            float32 (M, H, W); values may leave [0, 1].
        """
        components = self.components[:code_size]
        codes = (images - self.mean).reshape(len(images), -1) @ components.T
        return (codes @ components).reshape(images.shape) + self.mean

    def reconstruct(self, images: np.ndarray) -> np.ndarray:
        """Encode images and decode them again, clipped to [0, 1].

        Args:
            images: float32 (M, H, W).

        Returns:
            float32 (M, H, W) in [0, 1].
        """
        output = self.project(images)
        return np.clip(output, 0, 1, out=output)


def mean_image(images: np.ndarray) -> np.ndarray:
    """Average 8-bit images pixel by pixel; float32 (H, W) in [0, 1]."""
    return (images.mean(axis=0, dtype=np.float64) / 255).astype(np.float32)
