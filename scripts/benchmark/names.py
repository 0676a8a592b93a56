"""What the lines of the benchmark are called in figures and in the report."""

LINE_NAMES = {
    "autoencoder_below_pca": "Autoencoder to PCA's error",
    "autoencoder_final": "Autoencoder to the plain one's",
    "cnn": "CNN",
    "pca": "PCA",
    "wgan": "WGAN-GP to 5 %",
}
