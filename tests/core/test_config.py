"""A wrong config stops at once, with the key, what was given and what is accepted."""

import copy
import re
from typing import get_args

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from dlse.networks.initializer_names import INITIALIZATION_NAMES, Initialization
from dlse.networks.initializers import INITIALIZERS
from dlse.studies.mechanical.problem import LOAD_CASES
from dlse.workflow.config import Shared, validate
from dlse.workflow.errors import UserError
from support.checkout import REPOSITORY
from support.mutants import mutants
from support.studies import STUDIES
from support.tiers import tiered

DEFAULT = yaml.safe_load((REPOSITORY / "config.yaml").read_text())


def checked(config: dict) -> Shared:
    return validate(config, STUDIES)


def changed(path: str, value) -> dict:
    """The default config with one value replaced."""
    config = copy.deepcopy(DEFAULT)
    *sections, key = path.split(".")
    section = config
    for name in sections:
        section = section[name]
    section[key] = value
    return config


def test_the_default_config_is_accepted():
    assert checked(DEFAULT).cnn.model.epochs == DEFAULT["cnn"]["model"]["epochs"]


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("cnn.model.averaging", 1.5, r"cnn\.model\.averaging: got 1\.5, accepted: less than or"),
        ("cnn.model.margin", 11, r"cnn\.model\.margin: got 11, accepted: less than or equal to 10"),
        (
            "mechanical.autoencoder.augmentation",
            0.3,
            r"mechanical: autoencoder\.augmentation is 0\.3, but it maps images, and displacement",
        ),
        ("reconstruction.official.seeds", [], r"reconstruction\.official\.seeds: got \[\]"),
        ("reconstruction.plain_autoencoder.seeds", [7], r"names \[7\], which seeds does not"),
        ("cnn.model.width", "wide", r"cnn\.model\.width: got 'wide', accepted: a whole number"),
        ("cnn.model.width", 0, r"cnn\.model\.width: got 0, accepted: greater than or equal to 1"),
        ("cnn.model.width", True, r"cnn\.model\.width: got True, accepted: a number"),
        ("cnn.model.width", 8.5, r"cnn\.model\.width: got 8\.5, accepted: a whole number"),
        ("cnn.model.learning_rate", "fast", "got 'fast', accepted: a number"),
        ("cnn.model.learning_rate", float("nan"), "finite number"),
        ("cnn.seeds", [], r"cnn\.seeds: got \[\], accepted: "),
        ("cnn.seeds", [1, 2, 1], r"cnn\.seeds: a value may appear only once; repeated: 1"),
        ("cnn.seeds", [1, -2], r"cnn\.seeds\[1\]: got -2"),
        ("cnn.search.grid.width", [8, 1000], r"cnn: search\.grid\.width: got 1000, accepted: less"),
        ("reconstruction.latent_dims", [1, 784], r"latent_dims\[1\]: got 784"),
        ("reconstruction.shown_latent_dims", [3], r"names \[3\], which latent_dims does not"),
        ("device", "gpu", "device: got 'gpu', accepted: 'auto', 'cpu' or 'cuda'"),
        ("dying_relu.networks_per_job", 100, r"he_normal: networks is 1024, not a multiple of"),
        ("dying_relu.shown", "best", r"shown names 'best', which is none of the variants: he_no"),
        (
            "dying_relu.variants",
            [{"name": "a", "width": 4, "depth": 8, "networks": 512, "bias": 1}],
            r"variants\[0\]: unknown key bias; accepted here: width, depth",
        ),
        (
            "regularization.choosing.noise_seeds",
            [399, 400],
            r"names \[400\], which are among those that judge, 400 to 431",
        ),
        (
            "initialization.choosing.seeds",
            [199, 200],
            r"names \[200\], which are among those that judge, 200 to 207",
        ),
        ("wgan.runs", [], r"wgan\.runs: got \[\], accepted: "),
        ("wgan.evaluations", 7, r"uniform5: steps is 600, not a multiple of evaluations, 7"),
        ("wgan.seeds_per_job", 6, r"uniform5: seeds is 8, not a multiple of seeds_per_job, 6"),
        (
            "wgan.runs",
            [{"name": "uniform5", "dim": 5, "noise_dims": [5], "seeds": 2, "steps": 20}],
            r"runs lacks \['uniform20'\], of tasks 6 and 7",
        ),
        ("regularization.recipes.narrow.beta2", 1, r"beta2: got 1, accepted: less than 1"),
        ("regularization.methods.l3", {}, r"methods: unknown key l3; accepted here: none, l1"),
        ("initialization.initializations", ["he"], r"initializations\[0\]: got 'he', accepted: "),
        ("precision", "double", "precision: got 'double', accepted: 'auto', 'float32'"),
        ("data", None, "data: got None"),
        (
            "data.dataset",
            "mnits",
            r"'mnits' is none of auto, mnist, digits, and there is no such f",
        ),
        ("data.dataset", "", r"data\.dataset: '' is none of auto, mnist, digits"),
        ("data.sources", ["http://x.org/mnist"], r"'http://x\.org/mnist' is neither a folder nor"),
        ("mechanical.source", "nowhere", r"'nowhere' is none of simulated, published, and there"),
        (
            "regularization.methods",
            dict.fromkeys(("none", "l1", "l2", "dropout")),
            "methods: all four methods are null; give settings to at least one",
        ),
        ("dying_relu.shown", "published", r"shown names 'published', which learns \|x\|; show one"),
        (
            "cnn.search.rungs",
            [{"train_images": 100, "epochs": 1, "keep": 2}],
            r"the rungs keep \[2\]",
        ),
        (
            "cnn.search.rungs",
            [{"train_images": 100, "epoch": 1, "keep": 1}],
            r"rungs\[0\]: unknown key epoch; accepted here: train_images, epochs, seeds, keep",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_path(path, value, sentence):
    with pytest.raises(UserError, match=sentence):
        checked(changed(path, value))


RUN = {"name": "uniform5", "dim": 5, "noise_dims": [5], "seeds": 2, "steps": 20}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"dim": 7}, "uniform5 has dim: 5, not 7"),
        ({"one_sided": False}, "uniform5 has one_sided: true, not false"),
        ({"output": "tanh"}, "uniform5 has output: linear, not tanh"),
        ({"name": "two_sided5"}, "two_sided5 has one_sided: false, not true"),
        ({"name": "tanh5"}, "tanh5 has output: tanh, not linear"),
        ({"name": "fold9", "output": "fold"}, "fold9 has dim: 9, not 5"),
    ],
)
def test_a_run_is_what_its_name_says(changes, wrong):
    last = len(DEFAULT["wgan"]["runs"])
    with pytest.raises(UserError, match=rf"runs\[{last}\]: a run called {wrong}; give another"):
        checked(changed("wgan.runs", [*DEFAULT["wgan"]["runs"], {**RUN, **changes}]))


@pytest.mark.parametrize(
    ("name", "changes", "wrong"),
    [
        ("published", {"function": "absolute", "depth": 9}, "width: 2, not 4"),
        ("published", {"width": 2, "depth": 9}, "function: absolute, not runge"),
        ("residual", {}, "residual: true, not false"),
        ("depth_2", {}, "depth: 2, not 8"),
        ("depth_4", {}, "depth: 4, not 8"),
        ("width_8", {}, "width: 8, not 4"),
        ("leaky_relu", {}, "activation: leaky_relu, not relu"),
        ("elu", {}, "activation: elu, not relu"),
        ("he_normal", {"initialization": "pytorch"}, "initialization: he_normal, not pytorch"),
        ("xavier_normal", {}, "initialization: xavier_normal, not he_normal"),
        ("pytorch", {}, "initialization: pytorch, not he_normal"),
        ("asymmetric", {}, "initialization: asymmetric, not he_normal"),
    ],
)
def test_a_variant_is_what_its_name_says(name, changes, wrong):
    variant = {"name": name, "width": 4, "depth": 8, "networks": 512, **changes}
    with pytest.raises(UserError, match=rf"a variant called {name} has {wrong}; give another"):
        checked(changed("dying_relu.variants", [variant]))


def test_a_variant_may_not_take_the_name_of_the_estimates_at_birth():
    variant = {"name": "birth", "width": 4, "depth": 8, "networks": 512}
    with pytest.raises(UserError, match="the name birth is taken"):
        checked(changed("dying_relu.variants", [variant]))


def test_each_initialization_of_the_config_can_be_drawn_and_has_a_name():
    assert set(get_args(Initialization)) == set(INITIALIZERS) == set(INITIALIZATION_NAMES)


def test_a_method_may_be_left_out():
    config = changed("regularization.methods.l1", None)
    methods = checked(config).regularization.methods
    assert methods.l1 is None
    assert methods.dropout.strengths == [0.0025, 0.005, 0.01, 0.1]


@pytest.mark.parametrize("case", LOAD_CASES)
def test_steps_end_with_those_of_the_load_case(case):
    config = changed("mechanical.case", case)
    last = len(LOAD_CASES[case].displacements) - 1
    config["mechanical"]["steps"] = [last]
    assert checked(config).mechanical.case == case
    config["mechanical"]["steps"] = [last + 1]
    with pytest.raises(UserError, match=rf"steps has {last + 1}, but {case} has steps 1 to {last}"):
        checked(config)


def test_keys_that_contradict_each_other_are_named():
    with pytest.raises(
        UserError, match=r"mechanical: shown_latent_dim is 3, which latent_dims lacks"
    ):
        checked(changed("mechanical.shown_latent_dim", 3))


def test_numbers_may_be_written_as_yaml_and_the_command_line_give_them():
    assert checked(changed("cnn.model.learning_rate", "3e-3")).cnn.model.learning_rate == 0.003
    assert checked(changed("cnn.seeds", ["1", "2"])).cnn.seeds == [1, 2]


def test_a_missing_key_is_named():
    config = copy.deepcopy(DEFAULT)
    del config["cnn"]["model"]["epochs"]
    with pytest.raises(UserError, match=r"cnn\.model\.epochs: missing"):
        checked(config)


@given(config=mutants(DEFAULT, most=60))
def test_no_part_of_a_mutant_stands_in_two_places(config):
    """Snakemake's own reader ends in a traceback where a config holds itself."""
    assert "&id" not in yaml.safe_dump(config)


@settings(
    max_examples=tiered(200, 600),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(config=mutants(DEFAULT))
def test_a_mutated_config_is_accepted_or_refused_in_sentences(record_property, config):
    try:
        accepted = checked(config).model_dump()
    except UserError as error:
        for sentence in str(error).splitlines():
            assert re.fullmatch(r"config: \S.*[.]", sentence)
            assert len(sentence) < 600
    else:
        assert checked(accepted).model_dump() == accepted
    record_property("mutated configs tried", 1)


def test_a_study_without_a_folder_is_named():
    with pytest.raises(UserError, match=r"names 'cnm', but there is no scripts/cnm/settings\.py"):
        validate(DEFAULT, [*STUDIES, "cnm"])
