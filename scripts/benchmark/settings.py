"""What the section `benchmark` of the config, `snakemake benchmark`, accepts."""

from typing import Annotated

from pydantic import AfterValidator, Field

from dlse.studies.cnn.settings import CnnHyperparameters
from dlse.workflow.config import (
    BatchSize,
    Channels,
    Epochs,
    LatentDim,
    Number,
    Section,
    Seed,
    Seeds,
    Whole,
    unique,
)

TrainImages = Annotated[Whole, Field(ge=100, le=60_000)]
Cores = Annotated[Whole, Field(ge=1, le=1000)]


class CnnTarget(Section):
    accuracy: Annotated[Number, Field(gt=0, lt=1)]
    train_images: TrainImages
    epochs: Epochs
    # Of the model, where this target has its own.
    width: Channels | None = None
    batch_size: BatchSize | None = None


class ExampleRun(Section):
    seed: Seed
    epochs: Epochs


class CnnBenchmark(Section):
    seeds: Seeds
    model: CnnHyperparameters
    targets: Annotated[list[CnnTarget], Field(min_length=1)]
    example: ExampleRun


class AutoencoderBenchmark(Section):
    latent_dim: LatentDim
    plain_epochs: Epochs
    rounds: Annotated[Whole, Field(ge=1, le=100)]


class WorkflowBenchmark(Section):
    cores: Annotated[list[Cores], Field(min_length=1), AfterValidator(unique)]


class Settings(Section):
    rounds: Annotated[Whole, Field(ge=1, le=100)]
    autoencoder: AutoencoderBenchmark
    cnn: CnnBenchmark
    workflow: WorkflowBenchmark
