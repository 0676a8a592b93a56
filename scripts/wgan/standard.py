"""The usual WGAN-GP recipe: the benchmark trains it, and the report names it."""

from torch import nn

# As published for small data sets: three ReLU layers of 512.
STANDARD = {
    "critic_widths": (512, 512, 512),
    "generator_widths": (512, 512, 512),
    "generator_activation": "ReLU",  # a class of torch.nn; the critic has the same
    "batch_size": 256,
    "critic_steps": 5,
    "penalty": 0.1,
    "one_sided": False,
    "learning_rates": (1e-4, 1e-4),
    "betas": (0.5, 0.9),
    "averaging": 10,
}


def standard_recipe() -> dict:
    """The recipe for `train_reference`, which takes the activation itself."""
    return {**STANDARD, "generator_activation": getattr(nn, STANDARD["generator_activation"])}
