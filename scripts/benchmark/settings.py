"""What the section `benchmark` of the config accepts."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from dlse.studies.cnn.settings import CnnHyperparameters
from dlse.workflow.config import (
    BatchSize,
    Channels,
    Count,
    Epochs,
    LatentDim,
    Number,
    Section,
    Seed,
    Seeds,
    Steps,
    Whole,
    unique,
)

TrainImages = Annotated[Whole, Field(ge=100, le=60_000)]
Device = Literal["cpu", "cuda"]
Rounds = Annotated[Whole, Field(ge=1, le=100)]
Cores = Annotated[Whole, Field(ge=1, le=1000)]


class CnnTarget(Section):
    accuracy: Annotated[Number, Field(gt=0, lt=1)]
    train_images: TrainImages
    epochs: Epochs
    # Override those of the model.
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
    rounds: Rounds


class WorkflowBenchmark(Section):
    cores: Annotated[list[Cores], Field(min_length=1), AfterValidator(unique)]


class DeviceRun(Section):
    device: Device
    jobs: Annotated[Whole, Field(ge=1, le=100)] = 1


class DeviceNetworks(Section):
    cpu: Count
    cuda: Count


class DeviceProfile(Section):
    images: TrainImages
    steps: Steps


class DeviceBenchmark(Section):
    runs: Annotated[list[DeviceRun], Field(min_length=1)]
    networks: DeviceNetworks
    profile: DeviceProfile

    @model_validator(mode="after")
    def _runs_differ(self):
        unique([f"{run.device} with {run.jobs} jobs" for run in self.runs])
        return self


class Settings(Section):
    rounds: Rounds
    autoencoder: AutoencoderBenchmark
    cnn: CnnBenchmark
    workflow: WorkflowBenchmark
    devices: DeviceBenchmark
