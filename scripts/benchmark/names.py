"""The names of the lines of the benchmark, and of the peers, in the figure and the report."""

LINE_NAMES = {
    "autoencoder_below_pca": "Autoencoder to PCA's error",
    "autoencoder_final": "Autoencoder to the plain one's error",
    "cnn": "CNN",
    "pca": "PCA",
    "wgan": "WGAN-GP to 5 %",
}

# What a peer is, and what sets it apart besides its code. Peers not named here have nothing.
PEER_NAMES = {
    "plain autoencoder": "plain autoencoder (untuned, float32, one seed)",
    "PyTorch's example": "PyTorch's example (as published, float32, one seed)",
    "usual recipe": "usual recipe (untuned, one seed)",
}
