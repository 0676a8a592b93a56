"""The accepted form of `config.yaml`: one model a section, in the order of the file."""

import os
import re
import reprlib
from types import NoneType
from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from dlse.workflow.errors import UserError


def _unique(values: list) -> list:
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"each value once; repeated: {', '.join(map(str, repeated))}")
    return values


def _a_word_or_a_folder(*words: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in words and not (value and os.path.isdir(value)):  # noqa: PTH112 (never fails)
            raise ValueError(
                f"{value!r} is none of {', '.join(words)}, and there is no such folder"
            )
        return value

    return AfterValidator(check)


def _encrypted(source: str) -> str:
    if "://" in source and not source.startswith("https://"):
        raise ValueError(f"{source!r} is neither a folder nor an address with https://")
    return source


def _no_truth_value(value):
    if isinstance(value, bool):
        raise ValueError(f"got {value}, accepted: a number")
    return value


# Numbers may come as text: YAML reads 3e-3 so, and Snakemake every value after `--config`.
Whole = Annotated[int, BeforeValidator(_no_truth_value)]
Number = Annotated[float, BeforeValidator(_no_truth_value)]
Seed = Annotated[Whole, Field(ge=0, lt=2**31)]
Seeds = Annotated[list[Seed], Field(min_length=1), AfterValidator(_unique)]
Width = Annotated[Whole, Field(ge=1, le=4096)]
Channels = Annotated[Whole, Field(ge=1, le=256)]
HiddenWidths = Annotated[list[Width], Field(min_length=1, max_length=20)]
Epochs = Annotated[Whole, Field(ge=1, le=10_000)]
BatchSize = Annotated[Whole, Field(ge=2, le=100_000)]
Penalty = Annotated[Number, Field(ge=0, le=1000)]
LearningRate = Annotated[Number, Field(gt=0, le=1)]
WeightDecay = Annotated[Number, Field(ge=0, le=10)]
LatentDim = Annotated[Whole, Field(ge=1, le=783)]


Steps = Annotated[Whole, Field(ge=1, le=1_000_000)]
Share = Annotated[Number, Field(ge=0, le=1)]
Count = Annotated[Whole, Field(ge=1, le=1_000_000)]
DataDim = Annotated[Whole, Field(ge=2, le=200)]
NoiseDim = Annotated[Whole, Field(ge=1, le=1000)]
SmallWidth = Annotated[Whole, Field(ge=1, le=30)]
TrainImages = Annotated[Whole, Field(ge=100, le=60_000)]
Cores = Annotated[Whole, Field(ge=1, le=1000)]
VariantName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
Initialization = Literal[
    "xavier_normal",
    "xavier_uniform",
    "he_normal",
    "he_uniform",
    "pytorch",
    "asymmetric",
    "spread_kinks",
]


def _whole_blocks(name: str, count: int, size_name: str, size: int) -> None:
    if count % size:
        raise ValueError(
            f"{name} is {count}, not a multiple of {size_name}, {size}; only whole jobs are made, "
            "so that more of them leave the finished ones alone"
        )


Element = Literal["P1", "P2", "Q1", "Q1R", "Q2", "S2R"]
Refinement = Annotated[Whole, Field(ge=1, le=8)]
# Of the load cases of Mechanical MNIST.
LAST_STEPS = {
    "uniaxial_extension": 12, "equibiaxial_extension": 12, "confined_compression": 10, "shear": 10,
}  # fmt: skip


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _as_said(what: str, section: Section, said: dict) -> Section:
    """`section`, whose name says these of its settings."""
    for key, value in said.items():
        given = getattr(section, key)
        if given != value:
            value, given = (
                str(of).lower() if isinstance(of, bool) else of for of in (value, given)
            )
            raise ValueError(
                f"a {what} called {section.name} has {key}: {value}, not {given}; "
                "give another setting another name"
            )
    return section


class Data(Section):
    dataset: Annotated[str, _a_word_or_a_folder("auto", "mnist", "digits")]
    sources: Annotated[
        list[Annotated[str, Field(min_length=1), AfterValidator(_encrypted)]],
        AfterValidator(_unique),
    ]


class CnnHyperparameters(Section):
    width: Channels
    learning_rate: LearningRate
    weight_decay: WeightDecay
    augmentation: Annotated[Number, Field(ge=0, le=3)]
    label_smoothing: Annotated[Number, Field(ge=0, lt=1)]
    batch_size: BatchSize


class CnnModel(CnnHyperparameters):
    epochs: Epochs


class CnnGrid(Section):
    """Values to try; a hyper-parameter left out, or empty, keeps its value in `cnn.model`."""

    width: Annotated[list[Whole], AfterValidator(_unique)] = []
    learning_rate: Annotated[list[Number], AfterValidator(_unique)] = []
    weight_decay: Annotated[list[Number], AfterValidator(_unique)] = []
    augmentation: Annotated[list[Number], AfterValidator(_unique)] = []
    label_smoothing: Annotated[list[Number], AfterValidator(_unique)] = []


class CnnRung(Section):
    train_images: Annotated[Whole, Field(ge=100)]
    epochs: Epochs
    keep: Annotated[Whole, Field(ge=1, le=100)]


class CnnSearch(Section):
    seed: Seed
    validation_fraction: Annotated[Number, Field(gt=0, lt=1)]
    grid: CnnGrid
    rungs: Annotated[list[CnnRung], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_is_left(self):
        keeps = [rung.keep for rung in self.rungs]
        if keeps != sorted(keeps, reverse=True) or keeps[-1] != 1:
            raise ValueError(
                f"the rungs keep {keeps}; each must keep no more than the one before, "
                "and the last must keep 1"
            )
        return self


class Cnn(Section):
    seeds: Seeds
    model: CnnModel
    search: CnnSearch

    @model_validator(mode="after")
    def _grid_is_in_range(self):
        base = self.model.model_dump()
        for name, values in self.search.grid.model_dump().items():
            for value in values:
                try:
                    CnnModel.model_validate({**base, name: value})
                except ValidationError as error:
                    wrong = _sentence(error.errors()[0]).removesuffix(".")
                    raise ValueError(f"search.grid.{wrong}") from None
        return self


class PerceptronSettings(Section):
    """The fields of `dlse.ensemble.Perceptron`, with its defaults."""

    width: Annotated[Whole, Field(ge=1, le=1024)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    initialization: Initialization = "he_normal"
    activation: Literal["relu", "leaky_relu", "elu", "tanh"] = "relu"
    residual: bool = False


class DyingVariant(PerceptronSettings):
    name: VariantName
    function: Literal["runge", "absolute"] = "runge"
    networks: Count

    @model_validator(mode="after")
    def _name_is_true(self):
        if self.name == "birth":
            raise ValueError("the name birth is taken by the estimates before training")
        return _as_said("variant", self, SAID_BY_NAME.get(self.name, {}))


# What the name of a variant says, where the report or a claim takes it at its word.
SAID_BY_NAME = {
    "he_normal": {"initialization": "he_normal", "activation": "relu", "residual": False},
    "xavier_normal": {"initialization": "xavier_normal", "activation": "relu", "residual": False},
    "pytorch": {"initialization": "pytorch"},
    "asymmetric": {"initialization": "asymmetric"},
    "leaky_relu": {"activation": "leaky_relu"},
    "elu": {"activation": "elu"},
    "residual": {"residual": True},
    "width_8": {"width": 8},
    "depth_4": {"depth": 4},
    "depth_2": {"depth": 2},
    "published": {  # Lu et al. 2020: ten layers, nine of them hidden
        "function": "absolute", "width": 2, "depth": 9, "initialization": "he_normal",
        "activation": "relu", "residual": False,
    },
}  # fmt: skip


class DyingSchedule(Section):
    learning_rate: LearningRate
    steps: Steps
    warmup: Share
    decay: Share


class Birth(Section):
    widths: Annotated[list[SmallWidth], Field(min_length=1), AfterValidator(_unique)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    networks: Annotated[Whole, Field(ge=100, le=10_000_000)]
    seed: Seed


class DyingRelu(Section):
    networks_per_job: Annotated[Whole, Field(ge=2, le=100_000)]
    schedule: DyingSchedule
    variants: Annotated[list[DyingVariant], Field(min_length=1)]
    shown: str
    birth: Birth

    @model_validator(mode="after")
    def _blocks_are_whole(self):
        names = [variant.name for variant in self.variants]
        _unique(names)
        for variant in self.variants:
            _whole_blocks(
                f"{variant.name}: networks", variant.networks,
                "networks_per_job", self.networks_per_job,
            )  # fmt: skip
        if self.shown not in names:
            raise ValueError(
                f"shown names {self.shown!r}, which is none of the variants: {', '.join(names)}"
            )
        if self.variants[names.index(self.shown)].function != "runge":
            raise ValueError(
                f"shown names {self.shown!r}, which learns |x|; show one that learns the Runge "
                "function of the task"
            )
        return self


class RegularizationNetwork(Section):
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    steps: Steps


class Method(Section):
    networks: Annotated[list[RegularizationNetwork], Field(min_length=1)]
    strengths: Annotated[
        list[Annotated[Number, Field(ge=0, lt=1)]], Field(min_length=1), AfterValidator(_unique)
    ]
    learning_rate: LearningRate
    batches: Annotated[Whole, Field(ge=1, le=40)]
    decay: Share


class Methods(Section):
    """A method that is null is left out."""

    none: Method | None
    l1: Method | None
    l2: Method | None
    dropout: Method | None

    @model_validator(mode="after")
    def _one_is_left(self):
        if not any(self.model_dump().values()):
            raise ValueError("all four are null; give at least one its settings")
        return self


class Choosing(Section):
    noise_seeds: Annotated[list[Seed], Field(min_length=2), AfterValidator(_unique)]
    folds: Annotated[Whole, Field(ge=2, le=39)]


class Regularization(Section):
    first_noise_seed: Seed
    noise_seeds: Count
    noise_seeds_per_job: Count
    initializations: Annotated[Whole, Field(ge=1, le=1000)]
    choosing: Choosing
    methods: Methods

    @model_validator(mode="after")
    def _seeds_are_apart(self):
        _whole_blocks(
            "noise_seeds", self.noise_seeds, "noise_seeds_per_job", self.noise_seeds_per_job
        )
        if self.noise_seeds_per_job * self.initializations < 2:
            raise ValueError("a job must train at least 2 networks; raise noise_seeds_per_job")
        judging = range(self.first_noise_seed, self.first_noise_seed + self.noise_seeds)
        both = sorted(set(self.choosing.noise_seeds) & set(judging))
        if both:
            raise ValueError(
                f"choosing.noise_seeds names {both}, which are among those that judge, "
                f"{judging[0]} to {judging[-1]}; choose on others"
            )
        return self


class Optimizer(Section):
    learning_rate: LearningRate
    clip: Annotated[Number, Field(gt=0)] | None


class Optimizers(Section):
    sgd: Optimizer
    adam: Optimizer


class InitializationStudy(Section):
    seeds: Count
    seeds_per_job: Annotated[Whole, Field(ge=2, le=100_000)]
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depths: Annotated[
        list[Annotated[Whole, Field(ge=2, le=100)]], Field(min_length=2), AfterValidator(_unique)
    ]
    initializations: Annotated[list[Initialization], Field(min_length=1), AfterValidator(_unique)]
    optimizers: Optimizers
    steps: Steps
    networks_at_birth: Annotated[Whole, Field(ge=128, le=1_000_000)]

    @model_validator(mode="after")
    def _blocks_are_whole(self):
        _whole_blocks("seeds", self.seeds, "seeds_per_job", self.seeds_per_job)
        return self


class SpeedNetwork(Section):
    width: Annotated[Whole, Field(ge=1, le=1024)]
    depth: Annotated[Whole, Field(ge=1, le=100)]
    points: Annotated[Whole, Field(ge=2, le=10_000)]


class EnsembleSpeed(Section):
    networks: Annotated[list[SpeedNetwork], Field(min_length=1)]
    members: Annotated[Whole, Field(ge=2, le=100_000)]
    loop_members: Annotated[Whole, Field(ge=1, le=1000)]
    steps: Steps
    pairs: Annotated[Whole, Field(ge=1, le=100)]


class Autoencoder(Section):
    hidden_widths: HiddenWidths
    learning_rate: LearningRate
    weight_decay: WeightDecay
    batch_size: BatchSize
    epochs: Epochs


class LinearAutoencoder(Section):
    iterations: Annotated[Whole, Field(ge=1, le=1_000_000)]


class Reconstruction(Section):
    latent_dims: Annotated[list[LatentDim], Field(min_length=1), AfterValidator(_unique)]
    seeds: Seeds
    test_fraction: Annotated[Number, Field(gt=0, lt=1)]
    autoencoder: Autoencoder
    linear_autoencoder: LinearAutoencoder
    shown_latent_dims: Annotated[list[LatentDim], Field(min_length=1), AfterValidator(_unique)]

    @model_validator(mode="after")
    def _shown_are_computed(self):
        missing = sorted(set(self.shown_latent_dims) - set(self.latent_dims))
        if missing:
            raise ValueError(
                f"shown_latent_dims names {missing}, which latent_dims does not compute; "
                "add them there or show others"
            )
        return self


class Refinements(Section):
    """Elements along a side of a pixel; an element left out, or empty, is not compared."""

    P1: list[Refinement] = []
    P2: list[Refinement] = []
    Q1: list[Refinement] = []
    Q1R: list[Refinement] = []
    Q2: list[Refinement] = []
    S2R: list[Refinement] = []


class Elements(Section):
    images: Annotated[Whole, Field(ge=1, le=10_000)]
    refinements: Refinements

    @model_validator(mode="after")
    def _one_is_compared(self):
        if not any(self.refinements.model_dump().values()):
            raise ValueError("refinements names none; give at least one element a list")
        return self


class Mechanical(Section):
    source: Annotated[str, _a_word_or_a_folder("simulated", "published")]
    archive: Annotated[str, Field(pattern=r"^https://\S+$")]
    references: Annotated[str, Field(min_length=1)]
    case: Literal[tuple(LAST_STEPS)]
    steps: Annotated[list[Annotated[Whole, Field(ge=1)]], Field(min_length=1)]
    blocks: Annotated[Whole, Field(ge=10, le=70_000)]
    blocks_per_job: Annotated[Whole, Field(ge=1, le=70_000)]
    element: Element
    refinement: Refinement
    elements: Elements
    autoencoder: Autoencoder
    shown_latent_dim: LatentDim
    shown_blocks: Annotated[Whole, Field(ge=1, le=10)]

    @model_validator(mode="after")
    def _blocks_are_whole(self):
        _whole_blocks("blocks", self.blocks, "blocks_per_job", self.blocks_per_job)
        if sorted(set(self.steps)) != self.steps:
            raise ValueError(f"steps: each once and in order, not {self.steps}")
        last = LAST_STEPS[self.case]
        if self.steps[-1] > last:
            raise ValueError(f"steps has {self.steps[-1]}, but {self.case} has steps 1 to {last}")
        return self


class WganRecipe(Section):
    critic_widths: HiddenWidths
    generator_widths: HiddenWidths
    batch_size: BatchSize
    critic_steps: Annotated[Whole, Field(ge=1, le=1000)]
    penalty: Penalty
    critic_learning_rate: LearningRate
    generator_learning_rate: LearningRate
    averaging: Annotated[Number, Field(ge=0, le=1_000_000)]


class WganRun(Section):
    name: VariantName
    dim: DataDim
    noise_dims: Annotated[list[NoiseDim], Field(min_length=1), AfterValidator(_unique)]
    seeds: Count
    steps: Steps
    # Of the recipe, where this run has its own.
    critic_widths: HiddenWidths | None = None
    generator_widths: HiddenWidths | None = None
    batch_size: BatchSize | None = None
    penalty: Penalty | None = None
    critic_learning_rate: LearningRate | None = None
    one_sided: bool = True
    bounded: bool = False

    @model_validator(mode="after")
    def _name_is_true(self):
        """The report and the claims take these names at their word."""
        named = re.fullmatch(r"(uniform|two_sided|bounded)(\d+)", self.name)
        if named is None:
            return self
        kind, dim = named[1], int(named[2])
        said = {"dim": dim, "one_sided": kind != "two_sided", "bounded": kind == "bounded"}
        return _as_said("run", self, said)


class UniformityMeasure(Section):
    samples: Annotated[Whole, Field(ge=1000, le=1_000_000)]
    panel_seeds: Count
    floor_repeats: Annotated[Whole, Field(ge=2, le=10_000)]
    panel_repeats: Annotated[Whole, Field(ge=3, le=10_000)]


class WganSpeed(Section):
    dims: Annotated[list[DataDim], Field(min_length=1), AfterValidator(_unique)]
    members: Annotated[Whole, Field(ge=2, le=1000)]
    steps: Steps
    pairs: Annotated[Whole, Field(ge=1, le=100)]


class StandardWgan(Section):
    dims: Annotated[list[DataDim], Field(min_length=1), AfterValidator(_unique)]
    seed: Seed
    steps: Steps
    evaluate_every: Steps


class Wgan(Section):
    seeds_per_job: Annotated[Whole, Field(ge=2, le=1000)]
    evaluations: Annotated[Whole, Field(ge=2, le=1000)]
    recipe: WganRecipe
    runs: Annotated[list[WganRun], Field(min_length=1)]
    measure: UniformityMeasure
    speed: WganSpeed
    standard: StandardWgan

    @model_validator(mode="after")
    def _runs_fit(self):
        names = [run.name for run in self.runs]
        _unique(names)
        missing = {"uniform5", "uniform20"} - set(names)
        if missing:
            raise ValueError(f"runs lacks {sorted(missing)}, of tasks 6 and 7")
        for dim in self.standard.dims:
            if f"uniform{dim}" not in names:
                raise ValueError(f"standard: dims has {dim}, but runs lacks uniform{dim} beside it")
        for run in self.runs:
            if run.seeds > self.seeds_per_job:
                _whole_blocks(f"{run.name}: seeds", run.seeds, "seeds_per_job", self.seeds_per_job)
            if run.steps % self.evaluations:
                raise ValueError(
                    f"{run.name}: steps is {run.steps}, not a multiple of evaluations, "
                    f"{self.evaluations}; the last step is evaluated too"
                )
        return self


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
    cores: Annotated[list[Cores], Field(min_length=1), AfterValidator(_unique)]


class Benchmark(Section):
    rounds: Annotated[Whole, Field(ge=1, le=100)]
    autoencoder: AutoencoderBenchmark
    cnn: CnnBenchmark
    workflow: WorkflowBenchmark


class Config(Section):
    precision: Literal["auto", "float32", "bfloat16"]
    device: Literal["auto", "cpu", "cuda"]
    preview: bool
    data: Data
    cnn: Cnn
    dying_relu: DyingRelu
    regularization: Regularization
    initialization: InitializationStudy
    ensemble: EnsembleSpeed
    reconstruction: Reconstruction
    mechanical: Mechanical
    wgan: Wgan
    benchmark: Benchmark

    @model_validator(mode="after")
    def _shown_is_computed(self):
        shown, computed = self.mechanical.shown_latent_dim, self.reconstruction.latent_dims
        if shown not in computed:
            raise ValueError(
                f"mechanical.shown_latent_dim is {shown}, which reconstruction.latent_dims lacks; "
                f"it has {', '.join(map(str, computed))}"
            )
        return self


def validate(config: dict) -> Config:
    """`config`, as Snakemake merged it, checked against the models above.

    Raises `UserError` with one sentence for each wrong key: its path, what was given and
    what is accepted.
    """
    try:
        return Config.model_validate(config)
    except ValidationError as error:
        raise UserError("\n".join(f"config: {_sentence(e)}" for e in error.errors())) from None


def _sentence(error: dict) -> str:
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error["loc"]).lstrip(".")
    given = reprlib.repr(error["input"])  # long lists cut short
    prefix = f"{path}: " if path else ""
    match error["type"]:
        case "extra_forbidden":
            return f"{prefix}unknown key; accepted here: {', '.join(_keys(error['loc'][:-1]))}."
        case "missing":
            return f"{prefix}missing; give it a value, as in the config.yaml of the workflow."
        case "value_error":
            return f"{prefix}{error['ctx']['error']}."
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{prefix}got {given}, accepted: a whole number."
        case "float_type" | "float_parsing":
            return f"{prefix}got {given}, accepted: a number."
    accepted = error["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return f"{prefix}got {given}, accepted: {accepted}."


def _keys(path: tuple) -> list[str]:
    """The keys of the section at `path`."""
    section: type[BaseModel] = Config
    for part in path:
        if isinstance(part, str):
            annotation = section.model_fields[part].annotation
        else:
            annotation = annotation.__args__[0]  # an entry of a list of sections
        if NoneType in get_args(annotation):
            annotation = get_args(annotation)[0]  # a section that may be null
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            section = annotation
    return list(section.model_fields)
