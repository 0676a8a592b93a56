"""The page to play with, used in a browser: its arithmetic is PyTorch's, and it fits the screen."""

import itertools
import json
import re

import numpy as np
import pytest
import torch

from dlse.images.dataset import load_dataset
from dlse.models import load_model
from dlse.networks.ensemble import Ensemble
from dlse.networks.ensemble_training import Member, Schedule, train_ensemble
from dlse.results.estimates import wilson_interval
from dlse.studies.cnn.network import probabilities
from dlse.studies.cnn.own_image import as_digit
from dlse.studies.dying_relu.runge import RUNGE
from dlse.studies.explore.packing import unpacked
from dlse.studies.explore.page import page
from support.browser import IN_A_BROWSER, answer_of, brightness

pytestmark = IN_A_BROWSER

# In a frame, since a browser's window has a smallest width. `use` is a function of the page.
FRAME = """<body><iframe src="explore.html" style="border: 0; width: %dpx; height: 900px"></iframe>
<pre></pre><script>
onload = async () => {
  const view = document.querySelector("iframe").contentWindow, page = view.document;
  const at = (id) => page.getElementById(id);
  const all = (selector) => [...page.querySelectorAll(selector)];
  const pause = () => new Promise((done) => setTimeout(done, 200));
  const point = (id, type, x, y) => {
    const element = at(id), box = element.getBoundingClientRect();
    element.dispatchEvent(new view.PointerEvent(type, {
      bubbles: true, clientX: box.left + x * box.width, clientY: box.top + y * box.height,
    }));
  };
  const key = (target, name) => target.dispatchEvent(
    new view.KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
  const set = (id, value, type) => {
    at(id).value = value;
    at(id).dispatchEvent(new view.Event(type, { bubbles: true }));
  };
  const plain = (value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
  const use = %s;
  const found = JSON.stringify(await use(), (_, value) => plain(value));
  document.querySelector("pre").textContent = found;
};
</script>"""
# Strokes on the drawing area, in shares of its width: a 7, then its bar.
STROKES = [
    [[0.3, 0.25], [0.7, 0.22], [0.62, 0.4], [0.48, 0.8]],
    [[0.4, 0.5], [0.66, 0.52]],
]
PLAY = """async () => {
  const found = {};
  const digit = () => ({
    image: at("digit-input").__data__.image,
    ink: Array.from(at("digit-input").__data__.ink), // a copy: it is drawn on further
    probabilities: all("#digit-bars li").map((e) => e.__data__.probability),
    shown: all("#digit-bars .value").map((e) => e.textContent),
    closest: all("#digit-closest li").map((e) => e.__data__),
    says: at("digit-output").textContent,
  });
  found.first = digit();
  at("digit-test").click();
  found.second = digit();
  const strokes = STROKES;
  for (const [start, ...rest] of strokes) {
    point("digit-canvas", "pointerdown", ...start);
    for (const place of rest) point("digit-canvas", "pointermove", ...place);
    point("digit-canvas", "pointerup", ...rest[rest.length - 1]);
  }
  await pause();
  found.drawn = digit();
  at("digit-clear").click();
  await pause();
  found.cleared = digit();
  const canvas = at("digit-canvas");
  canvas.focus();
  key(canvas, " ");
  await pause();
  found.dot = digit();
  for (let i = 0; i < 10; i++) key(canvas, "ArrowDown");
  for (let i = 0; i < 4; i++) key(canvas, "ArrowRight"); // no symmetry, which could round both ways
  await pause();
  found.byKeys = digit();

  const latent = () => ["latent-decoded", "latent-pca"].map((id) => ({ ...at(id).__data__ }));
  point("latent-plane", "pointerdown", 0.7, 0.3);
  point("latent-plane", "pointerup", 0.7, 0.3);
  found.latent = latent();
  key(at("latent-plane"), "ArrowLeft");
  found.latentByKey = latent();
  found.dots = all("#latent-plane path[stroke-linecap]")
    .map((e) => (e.getAttribute("d").match(/M/g) || []).length);

  const networks = () => all("#relu-tiles button").map((e) => e.__data__)
    .map(({ network, isDead }) => ({ parameters: network.parameters, isDead }));
  found.networks = networks();
  at("relu").scrollIntoView();
  key(page.body, "n");
  found.share = { ...at("relu-share").__data__ };
  found.more = networks();
  set("relu-seed", 1, "change");
  found.again = networks();
  at("relu-train").click();
  for (let i = 0; i < 25; i++) await pause();
  const { training, values, start } = at("relu-training").__data__;
  found.training = { start, values, end: training.network.parameters, step: training.step };
  found.outcome = at("relu-outcome").textContent;

  found.generators = [];
  all("#generators-run option").forEach((_, run) => {
    set("generators-run", run, "change");
    for (let i = 0; i <= +at("generators-noise").max; i++) {
      set("generators-noise", i, "input");
      const { noise, samples, generator } = at("generators-plot").__data__;
      const few = (rows) => rows.slice(0, 20).map(plain);
      found.generators.push({ file: generator.file, noise: few(noise), samples: few(samples) });
    }
  });

  set("blocks-block", 1, "change");
  found.blocks = [0, 7].map((step) => {
    set("blocks-step", step, "input");
    return { ...at("blocks-canvas").__data__ };
  });
  return found;
}""".replace("STROKES", json.dumps(STROKES))
SAID = """async () => ({
  instead: all("section").map((e) => (
    e.querySelector(".exhibit") ? "" : e.querySelector("h2 + p").textContent)),
  notice: at("notice").textContent,
  isHidden: at("notice").hidden,
  controls: all("button, input, select").length,
  links: all("nav a").map((e) => e.textContent),
})"""
LOOK = """async () => ({
  width: view.innerWidth,
  content: page.documentElement.scrollWidth,
  outside: all("body *").filter((e) => !e.closest("svg, script"))
    .filter((e) => e.getBoundingClientRect().right > view.innerWidth + 1)
    .map((e) => e.outerHTML.slice(0, 80)),
  loaded: view.performance.getEntriesByType("resource").map((e) => e.name)
    .filter((name) => !name.startsWith("data:")),
  unnamed: all("canvas, svg, button, input, select").filter((e) => !e.closest("[aria-hidden]"))
    .filter((e) => !e.getAttribute("aria-label") && !(e.labels || []).length)
    .filter((e) => !e.textContent.trim())
    .map((e) => e.outerHTML.slice(0, 80)),
  sections: all("section h2").length,
  text: view.getComputedStyle(page.body).color,
  ground: view.getComputedStyle(page.body).backgroundColor,
})"""


@pytest.fixture(scope="module")
def browse(finished, tmp_path_factory):
    """A function that opens the page in a browser of some width and returns what `use` finds."""
    folder = tmp_path_factory.mktemp("explore")
    written = (finished.folder / "results/explore.html").read_text()

    def found(use: str, width: int, dark: bool = False, html: str = written) -> dict:
        (folder / "explore.html").write_text(html, encoding="utf-8")
        (folder / "frame.html").write_text(FRAME % (width, use), encoding="utf-8")
        return answer_of(folder / "frame.html", dark)

    return found


@pytest.fixture(scope="module")
def played(browse) -> dict:
    """What the page shows when each exhibit is used once, by events."""
    return browse(PLAY, 1000)


@pytest.fixture(scope="module")
def results(finished):
    return finished.folder / "results"


@pytest.fixture(scope="module")
def stored(results) -> dict:
    """The data of the page."""
    html = (results / "explore.html").read_text()
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.S)[1])


@pytest.fixture(scope="module")
def cnn(results):
    return load_model(results / "cnn/seed0/model.safetensors")


@pytest.fixture(scope="module")
def dataset(finished):
    folder = finished.folder / "data/processed"
    return load_dataset(*(folder / name for name in ("images.npy", "labels.npy", "images.json")))


def drawn_by(strokes: list, side: int, radius: float) -> np.ndarray:
    """Ink `[side, side]` of a round pen with soft edges along the strokes."""
    y, x = np.mgrid[:side, :side] + 0.5
    ink = np.zeros((side, side))
    for stroke in strokes:
        points = side * np.array(stroke)
        for a, b in itertools.pairwise(points):
            along = ((x - a[0]) * (b - a)[0] + (y - a[1]) * (b - a)[1]) / ((b - a) @ (b - a))
            t = along.clip(0, 1)
            distance = np.hypot(x - a[0] - t * (b - a)[0], y - a[1] - t * (b - a)[1])
            ink = np.maximum(ink, (radius + 0.5 - distance).clip(0, 1))
    return ink


def test_a_drawn_digit_is_prepared_as_in_python_and_read_as_by_pytorch(played, cnn):
    drawn = played["drawn"]
    ink = np.array(drawn["ink"]).reshape(140, 140)
    assert np.abs(ink - drawn_by(STROKES, 140, 5.5)).max() < 0.01  # an event is at a whole pixel
    for name in ("drawn", "dot", "byKeys"):  # larger and smaller than what is made of it
        found = played[name]
        ink = np.array(found["ink"], dtype=np.float32).reshape(140, 140)
        image = np.array(found["image"]).reshape(28, 28)
        assert np.abs(image - as_digit(ink)).max() < 1e-5
        expected = probabilities(cnn, torch.tensor(image[None], dtype=torch.float32))[0]
        assert np.abs(np.array(found["probabilities"]) - expected.numpy()).max() < 1e-4
        assert found["shown"] == [f"{100 * p:.1f}\u00a0%" for p in found["probabilities"]]
        assert f"It reads {expected.argmax()}" in found["says"]


def test_a_test_digit_is_read_as_by_pytorch(played, cnn, dataset):
    for place, name in enumerate(("first", "second")):
        image = dataset.images[dataset.n_train + place]
        assert np.abs(np.array(played[name]["image"]).reshape(28, 28) - image).max() < 1e-6
        expected = probabilities(cnn, torch.from_numpy(image[None]))[0].numpy()
        assert np.abs(np.array(played[name]["probabilities"]) - expected).max() < 1e-4
        label = dataset.labels[dataset.n_train + place]
        assert f"Test image {place + 1}, labeled {label}." in played[name]["says"]


def test_the_closest_images_are_closest_in_the_features(played, stored, cnn):
    features = unpacked(stored["digit"]["features"]) * stored["digit"]["feature_unit"]
    for name, itself in (("drawn", None), ("second", 1)):
        image = torch.tensor(played[name]["image"], dtype=torch.float32).view(1, 1, 28, 28)
        with torch.no_grad():
            distances = np.linalg.norm(features - cnn[:-1](image).numpy(), axis=1)
        order = [int(i) for i in np.argsort(distances) if i != itself]
        assert played[name]["closest"] == order[:5]


def test_a_cleared_drawing_says_nothing_and_keys_draw_too(played):
    assert played["cleared"]["image"] is None
    assert played["cleared"]["says"] == "There is nothing to read yet."
    ink = np.array(played["byKeys"]["ink"]).reshape(140, 140)
    rows, columns = (np.flatnonzero(ink.max(axis) > 0.5) for axis in (1, 0))
    assert np.ptp(rows) == 40 + 11 - 1 == np.ptp(columns) + 24  # the pen is 11 pixels wide
    assert sum(played["byKeys"]["probabilities"]) == pytest.approx(1)


def test_the_decoder_and_pca_make_the_images_of_pytorch(played, results, stored):
    model = load_model(results / "reconstruction/seed0/autoencoder2.safetensors")
    for name in ("latent", "latentByKey"):
        decoded, linear = played[name]
        z = torch.tensor([decoded["code"]], dtype=torch.float32)
        with torch.no_grad():
            assert np.abs(model.decode(z)[0].numpy() - decoded["image"]).max() < 1e-4
        pca = model.mean + z @ model.basis.T
        assert np.abs(pca[0].numpy() - linear["image"]).max() < 1e-4
    (x, y), (moved, same) = (played[name][0]["code"] for name in ("latent", "latentByKey"))
    assert moved < x
    assert same == y
    labels = unpacked(stored["latent"]["labels"])
    assert played["dots"] == np.bincount(labels, minlength=10).tolist()


def ensemble_of(parameters: list[list[float]]) -> Ensemble:
    """The networks of 8 hidden layers of 4 units with these parameters, in float64."""
    ensemble = Ensemble((1, *[4] * 8, 1), len(parameters), dtype=torch.float64)
    for member, values in enumerate(parameters):
        start = 0
        for weight, bias in zip(ensemble.weights, ensemble.biases, strict=True):
            for target in (weight[member], bias[member]):
                part = torch.tensor(values[start : start + target.numel()], dtype=torch.float64)
                target.copy_(part.view(target.shape))
                start += target.numel()
        assert start == len(values)
    return ensemble


def test_networks_are_born_as_the_study_says(played):
    networks = played["networks"] + played["more"]
    ensemble = ensemble_of([network["parameters"] for network in networks])
    x = RUNGE.inputs(RUNGE.test()[0], len(networks))
    dead = [network["isDead"] for network in networks]
    assert ensemble.is_dead(x).tolist() == dead
    assert 5 < sum(dead) < 60
    share = played["share"]
    assert (share["drawn"], share["dead"]) == (len(networks), sum(dead))
    interval = wilson_interval(sum(dead), len(networks))
    assert share["interval"] == pytest.approx([interval.low, interval.high], abs=1e-9)
    assert played["again"] == played["networks"]  # of the same seed
    assert played["more"] != played["networks"]
    first, hidden = (ensemble.weights[layer].flatten() for layer in (0, 4))
    assert first.std() == pytest.approx(2**0.5, rel=0.15)  # He: variance 2/inputs
    assert hidden.std() == pytest.approx(0.5**0.5, rel=0.1)
    assert not any(bias.any() for bias in ensemble.biases)


def test_a_network_trains_as_by_pytorch(played, stored):
    training = played["training"]
    settings = stored["relu"]["schedule"]
    assert training["step"] == settings["steps"]
    schedule = Schedule(**{k: v for k, v in settings.items() if k != "learning_rate"})
    ensemble = ensemble_of([training["start"]])
    x = RUNGE.x()[None, None]
    member = Member(0, settings["learning_rate"])
    train_ensemble(ensemble, [member], x, RUNGE.function(x), schedule)
    test = RUNGE.test()[0][None, None]
    expected = ensemble.forward(test)[0, 0].numpy()
    assert np.abs(expected - np.array(training["values"])).max() < 1e-4
    ended = ensemble_of([training["end"]])
    assert np.abs(ended.forward(test)[0, 0].numpy() - expected).max() < 1e-4
    assert training["start"] != training["end"]
    truth = RUNGE.test()[1].numpy()
    error = np.linalg.norm(expected - truth) / np.linalg.norm(truth)
    assert f"Relative L² error {100 * error:.1f}\u00a0%" in played["outcome"]


def test_generators_draw_what_pytorch_draws(played, results, stored):
    files = [of["file"] for run in stored["generators"]["runs"] for of in run["generators"]]
    assert [found["file"] for found in played["generators"]] == files
    assert "results/wgan/uniform5/noise5/block0.safetensors" in files
    assert not [file for file in files if "fold" in file]  # it has another output
    for found in played["generators"]:
        generators = load_model(results.parent / found["file"])
        dim = generators.network.widths[0]
        noise = torch.tensor(found["noise"])[:, :dim]
        every = noise.T.expand(generators.network.members, -1, -1).contiguous()
        expected = generators.forward(every)[0].T.numpy()
        assert np.abs(expected - np.array(found["samples"])).max() < 1e-4


def test_a_block_is_deformed_as_it_was_solved(played, results, stored):
    at_rest, loaded = played["blocks"]
    assert not any(at_rest["field"])
    solved = np.load(results / "mechanical/shown.npz")["uniaxial_extension"][1, 6]
    unit = stored["blocks"]["unit"]
    assert np.abs(np.array(loaded["field"]) - solved.ravel()).max() <= 0.51 * unit


@pytest.mark.parametrize(
    ("about", "notice"),
    [
        ({}, ""),
        ({"is_stand_in": True}, "Stand-in data: {}"),
        (
            {"is_preview": True},
            "Preview: small networks, few seeds and {}. Its numbers are no results.",
        ),
    ],
)
def test_what_is_missing_and_what_the_data_are_is_said(browse, stored, about, notice):
    exhibits = {name: data for name, data in stored.items() if name != "about"}
    for name in ("digit", "latent", "generators"):
        exhibits[name] = {"missing": f"No {name}."}
    without = page(stored["about"] | about, exhibits)
    said = browse(SAID, 1000, html=without)
    assert said["instead"] == ["No digit.", "No latent.", "", "No generators.", ""]
    assert said["notice"] == notice.format(stored["about"]["dataset"])
    assert said["isHidden"] == (not notice)
    assert said["controls"] > 5


def test_an_exhibit_that_is_not_there_has_no_section(browse, stored):
    without = page(stored["about"], {"relu": stored["relu"]})
    said = browse(SAID, 1000, html=without)
    assert said["instead"] == [""]
    assert said["links"] == ["Dying ReLU"]


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_leaves_the_screen_or_is_loaded_and_all_has_a_name(browse, width):
    seen = browse(LOOK, width)
    assert seen["width"] == width
    assert seen["content"] <= width
    assert (seen["outside"], seen["loaded"], seen["unnamed"]) == ([], [], [])
    assert seen["sections"] == 5


def test_it_follows_the_reader_into_the_dark(browse):
    light, dark = browse(LOOK, 1000), browse(LOOK, 1000, dark=True)
    assert brightness(light["ground"]) - brightness(light["text"]) > 200
    assert brightness(dark["text"]) - brightness(dark["ground"]) > 200
