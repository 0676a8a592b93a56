"""What the variants of task 2 are called in figures and in the report."""

VARIANT_NAMES = {
    "he_normal": "He normal",
    "xavier_normal": "Xavier normal",
    "pytorch": "PyTorch's default",
    "asymmetric": "randomized asymmetric",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "residual": "residual connections",
    "width_8": "width 8",
    "depth_4": "depth 4",
    "depth_2": "depth 2",
}


def variant_name(variant: str, shown: str, width: float, depth: float) -> str:
    """A network of task 2; the one that is shown, which the others differ from, with its size."""
    name = VARIANT_NAMES.get(variant, variant.replace("_", " "))
    return f"{name}, {depth:.0f} × {width:.0f}" if variant == shown else name
