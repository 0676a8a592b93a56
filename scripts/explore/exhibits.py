"""What each exhibit of the page to play with is given: weights, images, codes and fields, in a form
that JSON can hold. A network is stored as its arithmetic needs it, layer by layer."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from dlse.images.dataset import Dataset, Samples
from dlse.networks.training import as_tensor
from dlse.networks.weights import load_weights
from dlse.studies.cnn.network import restore_cnn
from dlse.studies.dying_relu.birth import birth_bounds
from dlse.studies.dying_relu.runge import COLLAPSED, GOOD, RUNGE
from dlse.studies.explore.packing import packed, png
from dlse.studies.mechanical.problem import LOAD_CASES, SIDE, SOFT, STIFF
from dlse.studies.reconstruction.autoencoder import restore_autoencoder
from dlse.studies.wgan.networks import restore_generators
from dlse.workflow.arrays import load_arrays
from dlse.workflow.tables import read_table

SHOWN = 1000  # images among which the closest ones are found, and whose codes are drawn
EXACT = 24  # test images that the network can be shown as they are
SPRITE_COLUMNS = 40
LARGEST_INT16 = 32767
NO_VALUE = -32768  # marks displacements of a block without a solution
RELU_WIDTH, RELU_DEPTH = 4, 8  # the network of task 2


def digit(data: Dataset, model: str) -> dict:
    """The CNN in the file `model`, and the first `SHOWN` test images: their labels, their features
    before the last linear layer (quantized to 8 bits) and one picture of them all."""
    stored = load_weights(model)
    network = restore_cnn(stored)
    shown = slice(data.n_train, data.n_train + SHOWN)
    images = data.images[shown]
    with torch.no_grad():
        features = network[:-1](as_tensor(images)[:, None]).numpy()
    unit = max(float(features.max()), 1e-12) / 255
    return {
        "margin": stored.settings["margin"],
        "convolutions": [_packed_layer(layer) for layer in convolutions(network[:-1])],
        "last": _packed_layer(_linear(network[-1])),
        "labels": packed(data.labels[shown], "uint8"),
        "features": packed(np.rint(features / unit), "uint8"),
        "feature_unit": unit,
        "sprite": png(_sprite(images)),
        "sprite_columns": SPRITE_COLUMNS,
        "exact": packed(np.rint(255 * images[:EXACT]), "uint8"),
        "caution": ""
        if data.name == "mnist"
        else "A drawing is put into the form of MNIST's digits, but this network was trained on "
        "other images.",
        "note": f"Network: {model}. Test images: the first {len(images):,}.",
    }


def convolutions(network: nn.Sequential) -> list[dict]:
    """The convolutions of a network in evaluation mode, each with what follows it: weights
    `[out, in, 3, 3]`, whether the maximum over 2 × 2 pixels is taken, then scale and shift `[out]`.
    A rectifier comes last. The cut at the margin is not among them. The scale and shift of batch
    normalization are computed in float64; they cannot be part of the weights, because a negative
    scale does not commute with the maximum."""
    found: list[dict] = []
    for module in network:
        match module:
            case nn.Conv2d():
                outs = module.out_channels
                bias = torch.zeros(outs) if module.bias is None else module.bias
                found.append(
                    {
                        "weights": module.weight.detach(),
                        "scale": torch.ones(outs),
                        "shift": bias.detach(),
                        "pools": False,
                    }
                )
            case nn.MaxPool2d():
                found[-1]["pools"] = True
            case nn.BatchNorm2d():
                scale, shift = _normalization(module)
                found[-1] |= {"scale": scale, "shift": shift + scale * found[-1]["shift"]}
    return found


def latent(data: Samples, labels: np.ndarray, model: str, test_fraction: float, seed: int) -> dict:
    """The decoder of the autoencoder with two latent dimensions in the file `model`, and the codes
    `[N, 2]` of up to `SHOWN` images that neither it nor PCA has seen. The mean and the basis are
    those of PCA."""
    network = restore_autoencoder(load_weights(model))
    chosen = data.split(test_fraction, seed)[1][:SHOWN]
    x = as_tensor(data.x[chosen])
    with torch.no_grad():
        codes, pca_codes = network.encode(x), (x - network.mean) @ network.basis
    return {
        "mean": packed(network.mean),
        "basis": packed(network.basis),
        "decoder": [_packed_layer(layer) for layer in perceptron(network.decoder)],
        "codes": packed(codes),
        "pca_codes": packed(pca_codes),
        "labels": packed(labels[chosen], "uint8"),
        "note": f"Networks: {model} and PCA of the same split, seed {seed}. "
        f"Points: {len(chosen):,} images of its test part.",
    }


def perceptron(network: nn.Sequential) -> list[dict]:
    """The linear layers of a perceptron in evaluation mode, weights `[out, in]` and biases `[out]`
    in float64; the batch normalization that follows a layer is part of them."""
    found: list[dict] = []
    for module in network:
        match module:
            case nn.Linear():
                found.append(_linear(module))
            case nn.BatchNorm1d():
                scale, shift = _normalization(module)
                weights, biases = found[-1]["weights"], found[-1]["biases"]
                found[-1] = {
                    "weights": scale[:, None] * weights,
                    "biases": shift + scale * biases,
                }
    return found


def relu(birth: str, schedule: dict) -> dict:
    """What the networks of task 2 are compared with: the bounds of the probability that one is born
    dead, its estimate in the table `birth` (None if that has another width or fewer layers), and
    how they are trained and judged."""
    rows = read_table(birth).to_pylist()
    at = {
        row["metric"]: row["value"]
        for row in rows
        if (row.get("width"), row.get("depth")) == (RELU_WIDTH, RELU_DEPTH)
    }
    estimate = None
    if at:
        estimate = {
            "value": at["born_dead_probability"],
            "low": at["born_dead_low"],
            "high": at["born_dead_high"],
            "networks": int(at["networks"]),
        }
    return {
        "width": RELU_WIDTH,
        "depth": RELU_DEPTH,
        "bounds": birth_bounds(RELU_WIDTH, RELU_DEPTH),
        "estimate": estimate,
        "schedule": schedule,
        "points": RUNGE.points,
        "good": GOOD,
        "collapsed": COLLAPSED,
        "note": f"Estimate of the workflow: {birth}. All networks here are drawn and trained in "
        "the browser.",
    }


def generators(paths: Sequence[str], names: Sequence[str]) -> dict:
    """The first generator of each file of `paths`, with its averaged weights. names: the run that
    each belongs to."""
    runs: dict[str, dict] = {}
    for path, name in zip(paths, names, strict=True):
        stored = load_weights(path)
        network = restore_generators(stored).network
        run = runs.setdefault(name, {"name": name, "dim": network.widths[-1], "generators": []})
        run["generators"].append(
            {
                "noise_dim": network.widths[0],
                "layers": [
                    _packed_layer({"weights": weights[0], "biases": biases[0, :, 0]})
                    for weights, biases in zip(network.weights, network.biases, strict=True)
                ],
                "seed": stored.settings["seeds"][0],
                "file": path,
            }
        )
    for run in runs.values():
        run["generators"].sort(key=lambda of: of["noise_dim"])
    folders = ", ".join(f"results/wgan/{name}" for name in runs)
    seeds = sorted({of["seed"] for run in runs.values() for of in run["generators"]})
    return {
        "runs": list(runs.values()),
        "note": f"Generators: the first of each file in {folders}, seed "
        f"{', '.join(map(str, seeds))}, averaged weights.",
    }


def blocks(solved: str, case: str, labels: np.ndarray) -> dict:
    """The displacements of the blocks in the file `solved` at every load step of `case`, as whole
    multiples of a unit, and their pixels, rows from the bottom. labels: of their images."""
    arrays = load_arrays(solved)
    displacements, bitmaps = arrays[case], arrays["bitmaps"]
    largest = np.nanmax(np.abs(displacements), initial=0.0)
    unit = max(float(largest), 1e-12) / LARGEST_INT16
    quantized = np.nan_to_num(np.rint(displacements / unit), nan=NO_VALUE)
    return {
        "case": case.replace("_", " "),
        "side": SIDE,
        "contrast": STIFF / SOFT,
        "loads": list(LOAD_CASES[case].displacements),
        "displacements": packed(quantized, "int16"),
        "unit": unit,
        "no_value": NO_VALUE,
        "pixels": packed(bitmaps[:, ::-1], "uint8"),
        "labels": labels[: len(bitmaps)].tolist(),
        "note": f"Fields: {solved}, simulated from the first {len(bitmaps)} test images.",
    }


def _normalization(module: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Scale and shift of batch normalization in evaluation mode, in float64."""
    scale = module.weight.detach().double() / (module.running_var.double() + module.eps).sqrt()
    return scale, module.bias.detach().double() - scale * module.running_mean.double()


def _linear(module: nn.Linear) -> dict:
    weights = module.weight.detach().double()
    biases = weights.new_zeros(len(weights)) if module.bias is None else module.bias.detach()
    return {"weights": weights, "biases": biases.double()}


def _packed_layer(layer: dict) -> dict:
    return {
        name: packed(value) if isinstance(value, Tensor) else value for name, value in layer.items()
    }


def _sprite(images: np.ndarray) -> np.ndarray:
    """The images `[N, 28, 28]` side by side in rows of `SPRITE_COLUMNS`, as one of uint8."""
    rows = -(-len(images) // SPRITE_COLUMNS)
    padded = np.zeros((rows * SPRITE_COLUMNS, *images.shape[1:]), np.uint8)
    padded[: len(images)] = np.rint(255 * images)
    height, width = images.shape[1:]
    grid = padded.reshape(rows, SPRITE_COLUMNS, height, width).transpose(0, 2, 1, 3)
    return grid.reshape(rows * height, SPRITE_COLUMNS * width)
