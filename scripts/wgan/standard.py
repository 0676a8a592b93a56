"""The usual WGAN-GP recipe, for the benchmark that trains it and for the report that names it."""

# As published with the Wasserstein distance on small data: three layers of 512, ReLU.
STANDARD = {
    "critic_widths": (512, 512, 512),
    "generator_widths": (512, 512, 512),
    "generator_activation": "ReLU",  # of torch.nn, as is the critic's
    "batch_size": 256,
    "critic_steps": 5,
    "penalty": 0.1,
    "one_sided": False,
    "learning_rates": (1e-4, 1e-4),
    "betas": (0.5, 0.9),
    "averaging": 10,
}
