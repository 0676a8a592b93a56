"""What the config's names are called in figures and in the report."""

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


METHOD_NAMES = {"none": "none", "l1": "L1", "l2": "L2", "dropout": "dropout"}
MEASURE_NAMES = {
    "headline": "headline",
    "mean_distance": "mean distance",
    "worst_marginal_ks": "marginal KS",
    "covariance_error": "covariance",
    "square_correlation": "squares",
    "max_norm_ks": "max |xᵢ| KS",
    "outside_share": "outside",
    "nearest_neighbor_accuracy": "1-NN",
    "classifier_accuracy": "classifier",
    "intrinsic_dimension": "dimension",
}
LINE_NAMES = {
    "autoencoder_below_pca": "Autoencoder to PCA's error",
    "autoencoder_final": "Autoencoder to the plain one's",
    "cnn": "CNN",
    "pca": "PCA",
    "wgan": "WGAN-GP to 5 %",
}
