"""Fixtures: a small data set, and a finished run of the workflow."""

import fcntl
import os
import random
from collections import Counter
from types import SimpleNamespace

# One thread, as in every job of the workflow; set before torch and NumPy are imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import hypothesis
import pytest
import torch

from dlse.images import sources
from dlse.images.digits import digits
from dlse.images.published import Images
from support.checkout import Checkout, copy_checkout
from support.tiers import SEED, Tier

# Hypothesis draws the same examples each time. With --all it draws new ones and says how to repeat
# them, but not in CI, whose verdict depends on the commit alone.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("anew", deadline=None, print_blob=True)


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="run every test, and samples of none")


@pytest.hookimpl(tryfirst=True)  # before hypothesis reads its seed
def pytest_configure(config):
    Tier.is_all = config.getoption("all")
    drawn_anew = Tier.is_all and "CI" not in os.environ
    hypothesis.settings.load_profile("anew" if drawn_anew else "same")
    # One seed for all workers, so that it can be reported.
    if drawn_anew and config.getoption("hypothesis_seed") is None:
        config.option.hypothesis_seed = str(random.randrange(2**32))


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("thorough") and not Tier.is_all:
            item.add_marker(pytest.mark.skip(reason="long: in `make test-all`"))


@pytest.fixture(autouse=True)
def seeded():
    """A test without a random generator of its own draws the same numbers each time."""
    torch.manual_seed(SEED)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Downloads are repeated without waiting."""
    monkeypatch.setattr("pooch.core.time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture(scope="session")
def small() -> Images:
    """A hundred training and thirty test digits."""
    all_digits = digits()
    return Images(
        "small",
        "tests",
        all_digits.train_images[:100],
        all_digits.train_labels[:100],
        all_digits.test_images[:30],
        all_digits.test_labels[:30],
    )


@pytest.fixture
def small_as_mnist(small, monkeypatch) -> Images:
    """`small`, which the package is made to take for MNIST."""
    monkeypatch.setattr(sources, "MNIST_SHA256", small.sha256())
    return small


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Checkout:
    """A finished run, which no test changes. Its path has a space and a non-ASCII letter.

    The first test process that needs it makes it, and the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "run" / "a päth"
    with open(base / "run.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "results/report.pdf").exists():
            checkout = copy_checkout(folder)
            done = checkout.run("--cores", "2", "all")
            assert done.returncode == 0, done.output
    return Checkout(folder)


@pytest.fixture
def checkout(finished, tmp_path) -> Checkout:
    """A copy of the finished run that the test may change."""
    return finished.copy(tmp_path / "copy")


def pytest_terminal_summary(terminalreporter, config):
    """Print what tests have counted with `record_property`: faulty servers met, and so on."""
    counts = Counter()
    for report in terminalreporter.stats.get("passed", []):
        for name, count in report.user_properties:
            counts[name] += count
    for name, count in sorted(counts.items()):
        terminalreporter.write_line(f"{count:6d} {name}")
    if not Tier.is_all:
        terminalreporter.write_line("This was a sample of the tests; `make test-all` runs all.")
    elif seed := config.getoption("hypothesis_seed"):
        terminalreporter.write_line(
            f"To repeat what was drawn: pytest --all --hypothesis-seed={seed}"
        )
