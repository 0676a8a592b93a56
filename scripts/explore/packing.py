"""Arrays and pictures as text, for a page that loads nothing."""

import base64
import io

import numpy as np
from PIL import Image
from torch import Tensor


def packed(array: np.ndarray | Tensor, dtype: str = "float32") -> dict:
    """The `array` with its numbers as `dtype`, little-endian, in base64. The script of the page
    unpacks it to a typed array."""
    values = np.ascontiguousarray(array)
    data = values.astype(np.dtype(dtype).newbyteorder("<")).tobytes()
    return {"type": dtype, "shape": list(values.shape), "data": base64.b64encode(data).decode()}


def unpacked(stored: dict) -> np.ndarray:
    """The array that `packed` was given."""
    data = base64.b64decode(stored["data"])
    dtype = np.dtype(stored["type"]).newbyteorder("<")
    return np.frombuffer(data, dtype).reshape(stored["shape"])


def png(pixels: np.ndarray) -> str:
    """The address of a PNG that holds itself, of gray `pixels [H, W]` (uint8)."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
