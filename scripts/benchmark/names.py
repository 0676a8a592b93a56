"""The names of the lines of the benchmark in the figure and the report."""

LINE_NAMES = {
    "autoencoder_below_pca": "Autoencoder to PCA's error",
    "autoencoder_final": "Autoencoder to the plain one's error",
    "cnn": "CNN",
    "pca": "PCA",
    "wgan": "WGAN-GP to 5 %",
}
