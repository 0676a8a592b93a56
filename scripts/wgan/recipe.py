"""What all WGAN-GP runs of one training share."""

from collections.abc import Sequence
from dataclasses import dataclass

# Of both networks.
BETAS = (0.0, 0.99)  # of Adam
INITIALIZATION = "pytorch"  # weights and biases uniform within ±1/√inputs


@dataclass(frozen=True)
class Recipe:
    """The hyper-parameters of one training."""

    critic_widths: Sequence[int]  # of its hidden layers, ReLU
    generator_widths: Sequence[int]  # of its hidden layers, tanh
    steps: int  # of the generator
    critic_steps: int  # per generator step
    batch_size: int
    penalty: float  # λ
    critic_learning_rate: float
    generator_learning_rate: float  # falls linearly to zero, so that the runs come to rest
    averaging: float  # window of the averaged weights
    one_sided: bool = True  # the penalty
    output: str = "linear"  # of the generator, a name in `OUTPUTS`
