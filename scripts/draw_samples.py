"""Draw samples from a trained generator, as an example of how to use the trained networks.

.venv/bin/python scripts/draw_samples.py samples.csv --n 1000
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from dlse import load_model
from dlse.networks.streams import generator
from dlse.studies.wgan.networks import Generators
from dlse.workflow.errors import UserError
from dlse.workflow.whole_files import whole_file


def main() -> None:
    """Write the samples to a file, one per row."""
    parser = argparse.ArgumentParser(description="Draw samples from a trained WGAN-GP generator.")
    parser.add_argument("output", type=Path, help="file to write: .csv or .npy")
    parser.add_argument("--model", default="results/wgan/uniform5/noise5/block0.safetensors",
                        help="trained generators (default: %(default)s)")  # fmt: skip
    parser.add_argument("--member", type=int, default=0,
                        help="which of the file's generators (default: %(default)s)")  # fmt: skip
    parser.add_argument("--n", type=int, default=1000,
                        help="number of samples (default: %(default)s)")  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of the noise (default: %(default)s)"
    )
    arguments = parser.parse_args()
    if arguments.output.suffix not in (".csv", ".npy"):
        raise UserError(f"{arguments.output}: the suffix must be .csv or .npy.")
    model = load_model(arguments.model)
    if not isinstance(model, Generators):
        raise UserError(f"{arguments.model} holds no generators.")
    members = model.network.members
    if arguments.n < 1 or not 0 <= arguments.member < members:
        raise UserError(f"--n must be at least 1, and --member from 0 to {members - 1}.")
    streams = [generator(arguments.seed, "drawn") for _ in range(members)]
    samples = model.samples(arguments.n, streams)[arguments.member].numpy()
    with whole_file(arguments.output) as beside:
        if beside.suffix == ".csv":
            header = ",".join(f"x{axis + 1}" for axis in range(samples.shape[1]))
            np.savetxt(beside, samples, fmt="%.6f", delimiter=",", header=header, comments="")
        else:
            np.save(beside, samples)
    print(f"{arguments.output}: {len(samples):,} samples of {samples.shape[1]} coordinates")


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"Error: {error}")
