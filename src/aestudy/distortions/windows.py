"""Square windows around every pixel, as shifted views of one flat array.

A block of images is padded once and then looked at as one long row of pixels: the pixel that lies `down` rows
below and `right` columns to the right of another is always `down * row_length + right` places further on.
So a filter is a few operations on whole contiguous arrays, which NumPy does at the speed of the cache, while
views of shape (N, H, W) would be walked row by row. Windows that reach over the end of a row or of an image
give values of no meaning; they belong to the padding and are cut off at the end.
"""

import numpy as np

from aestudy.errors import StudyError


class PaddedBlock:
    """A block of images with a mirrored border.

    The border is mirrored at the edge between pixels, the outermost pixel included (`d c b a | a b c d`):
    `mode="reflect"` of scipy.ndimage, `mode="symmetric"` of numpy.pad.

    Args:
        images: (N, H, W), any dtype.
        size: side of the window in pixels, odd, at most 2 · min(H, W) - 1, so that nothing is mirrored twice.
        filter_name: what asks for it, for the message.

    Attributes:
        flat: the padded images as one row, of the dtype of `images`.
        row_length: number of places from a pixel to the one below.

    Raises:
        StudyError: the size is even or too large for the images.
    """

    def __init__(self, images: np.ndarray, size: int, *, filter_name: str):
        count, height, width = images.shape
        largest = 2 * min(height, width) - 1
        if size % 2 == 0 or not 1 <= size <= largest:
            raise StudyError(
                f"{filter_name}: expected an odd size of 1 to {largest} pixels for images of "
                f"{height} x {width}, found {size}. Choose another size."
            )
        border = size // 2
        padded = np.empty((count, height + 2 * border, width + 2 * border), images.dtype)
        rows = padded[:, border : border + height]
        rows[:, :, border : border + width] = images
        for step in range(border):
            rows[:, :, border - 1 - step] = rows[:, :, border + step]
            rows[:, :, border + width + step] = rows[:, :, border + width - 1 - step]
        for step in range(border):
            padded[:, border - 1 - step] = padded[:, border + step]
            padded[:, border + height + step] = padded[:, border + height - 1 - step]
        self.flat = padded.reshape(-1)
        self.row_length = padded.shape[2]
        self._padded_shape = padded.shape
        self._shape = images.shape

    def images(self, results: np.ndarray) -> np.ndarray:
        """Cut the images out of the results of all windows.

        Args:
            results: (M,), entry i the result of the window whose top left pixel is `flat[i]`.

        Returns:
            A new array (N, H, W) of the dtype of `results`.
        """
        _, height, width = self._shape
        complete = np.empty(self.flat.size, results.dtype)
        complete[: results.size] = results
        return complete.reshape(self._padded_shape)[:, :height, :width].copy()
