"""The names of the variants of task 2 in figures and in the report."""

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
    """The name of a variant. That of `shown`, from which the others differ, includes its size."""
    name = VARIANT_NAMES.get(variant, variant.replace("_", " "))
    return f"{name}, {depth:.0f}\u00a0×\u00a0{width:.0f}" if variant == shown else name
