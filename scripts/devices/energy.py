"""The energy that the processor and the GPUs of this machine use."""

import contextlib
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

# The counters of the processor's packages (Linux, Intel and AMD); most systems let only root read.
COUNTERS = Path("/sys/class/powercap")
EVERY = 1.0  # s between two looks


class Energy:
    """Measures, while the body of a `with` runs, the energy of the machine in joules:

    cpu: of the processor's packages, by its own counters; NaN if they cannot be read.
    gpu: of all GPUs, by the mean of the power that nvidia-smi reports; NaN without nvidia-smi.
    """

    def __init__(self) -> None:
        self.cpu = self.gpu = float("nan")

    def __enter__(self) -> "Energy":
        self._start, self._joules = time.perf_counter(), 0.0
        self._last = read_counters()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        self._power = tempfile.TemporaryFile("w+")
        self._smi = None
        if shutil.which("nvidia-smi"):
            query = ["--query-gpu=index,power.draw", "--format=csv,noheader,nounits"]
            self._smi = subprocess.Popen(
                ["nvidia-smi", *query, f"--loop-ms={EVERY * 1000:.0f}"],
                stdout=self._power, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return self

    def __exit__(self, *_) -> None:
        seconds = time.perf_counter() - self._start
        self._ended.set()
        self._thread.join()
        self._count()
        self.cpu = self._joules if self._last else float("nan")
        with self._power:
            if self._smi is not None:
                self._smi.terminate()
                self._smi.wait()
                self._power.seek(0)
                self.gpu = mean_power(self._power.read()) * seconds

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            self._count()

    def _count(self) -> None:
        """Add what the counters have advanced since the last look. They begin anew at their range,
        after minutes."""
        now = read_counters()
        for name, (joules, counter_range) in now.items():
            before, _ = self._last.get(name, (joules, counter_range))
            self._joules += (joules - before) % counter_range
        self._last = now


def read_counters() -> dict[str, tuple[float, float]]:
    """The counter of each package of the processor and its range, in joules; nothing where they
    cannot be read."""
    found = {}
    for folder in COUNTERS.glob("intel-rapl:*"):
        with contextlib.suppress(OSError):
            if (folder / "name").read_text().startswith("package"):
                found[folder.name] = tuple(
                    int((folder / file).read_text()) / 1e6
                    for file in ("energy_uj", "max_energy_range_uj")
                )
    return found


def mean_power(said: str) -> float:
    """The power of all GPUs together in watts, each as a mean over the looks, from what nvidia-smi
    said: lines "index, watts". NaN if a GPU never tells its power."""
    of_gpus: dict[str, list[float]] = {}
    for line in said.splitlines(keepends=True):
        index, _, watts = line.partition(",")
        if line.endswith("\n"):  # the last line may be cut off
            of_gpu = of_gpus.setdefault(index, [])
            with contextlib.suppress(ValueError):
                of_gpu.append(float(watts))
    if not all(of_gpus.values()):
        return float("nan")
    return sum(map(statistics.fmean, of_gpus.values())) if of_gpus else float("nan")
