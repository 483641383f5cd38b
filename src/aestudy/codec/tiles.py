"""Cut images of any size into tiles of the model's size, and put them together again."""

import numpy as np


def grid(image_shape: tuple[int, int], tile_shape: tuple[int, int]) -> tuple[int, int]:
    """Rows and columns of tiles that cover an image."""
    return -(-image_shape[0] // tile_shape[0]), -(-image_shape[1] // tile_shape[1])


def cut(images: np.ndarray, tile_shape: tuple[int, int]) -> np.ndarray:
    """Cut images into tiles; the last row and column are filled up with the image's edge.

    Args:
        images: (N, H, W).
        tile_shape: height h and width w of a tile.

    Returns:
        (N * rows * columns, h, w), row by row within an image.
    """
    count, height, width = images.shape
    rows, columns = grid((height, width), tile_shape)
    h, w = tile_shape
    padded = np.pad(images, ((0, 0), (0, rows * h - height), (0, columns * w - width)), mode="edge")
    return padded.reshape(count, rows, h, columns, w).swapaxes(2, 3).reshape(-1, h, w)


def join(tiles: np.ndarray, image_shape: tuple[int, int]) -> np.ndarray:
    """Undo `cut`: turn tiles (N * rows * columns, h, w) into images (N, H, W) of this height and width."""
    h, w = tiles.shape[1:]
    rows, columns = grid(image_shape, (h, w))
    whole = tiles.reshape(-1, rows, columns, h, w).swapaxes(2, 3).reshape(-1, rows * h, columns * w)
    return np.ascontiguousarray(whole[:, : image_shape[0], : image_shape[1]])
