"""A real Slurm on this machine: a controller and three nodes, without systemd."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

CONFIGURATION = Path("/etc/slurm/slurm.conf")  # the jobs' own srun looks nowhere else
MARK = "# made by the tests of dlse, and removed by them"
NODES = ("n1", "n2", "n3")
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "munged")


def missing() -> str | None:
    """The reason why no Slurm can be started here; None if one can."""
    if absent := [program for program in PROGRAMS if shutil.which(program) is None]:
        return f"{', '.join(absent)} not installed; `make slurm` installs them on Debian, as root"
    if os.geteuid() != 0:
        return "only root can start a Slurm of its own"
    if CONFIGURATION.exists() and not CONFIGURATION.read_text().startswith(MARK):
        return f"{CONFIGURATION} belongs to another Slurm, which is left alone"
    if CONFIGURATION.exists() and subprocess.run(["scontrol", "ping"], check=False).returncode == 0:
        return "another run of these tests has its Slurm here"
    return None


def free_ports(count: int) -> list[int]:
    """Free ports of this machine."""
    with contextlib.ExitStack() as open_sockets:
        found = []
        for _ in range(count):
            probe = open_sockets.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            found.append(probe.getsockname()[1])
        return found


def until(is_ready: Callable[[], bool], what: Callable[[], str], seconds: float = 60) -> None:
    """Wait until Slurm is ready. Raises a `RuntimeError` with `what()` if it is not in time."""
    end = time.monotonic() + seconds
    while not is_ready():
        if time.monotonic() > end:
            raise RuntimeError(f"Slurm is not ready: {what()}")
        time.sleep(0.2)


class Slurm:
    """A controller and three nodes with two CPUs and 6,000 MB each. It kills jobs that use more
    memory than they requested, as a cluster with control groups does."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.ports = free_ports(1 + len(NODES))
        self.own_munge = None

    def __enter__(self) -> "Slurm":
        for name in ("state", *NODES):
            (self.folder / name).mkdir(parents=True)
        CONFIGURATION.write_text(self.configuration())
        try:
            self.start_munge()
            self.start("slurmctld", "-c")
            for node in NODES:
                self.start_node(node)
            self.wait_for_nodes()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        for name in (*NODES, "slurmctld"):
            self.kill(name, signal.SIGTERM)
        if self.own_munge is not None:
            self.own_munge.terminate()
            self.own_munge.wait()
        CONFIGURATION.unlink(missing_ok=True)

    def configuration(self) -> str:
        host = socket.gethostname().split(".")[0]
        controller, *ports = self.ports
        nodes = [
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} "
            f"CPUs=2 RealMemory=6000 State=UNKNOWN"
            for node, port in zip(NODES, ports, strict=True)
        ]
        return "\n".join(
            [
                MARK,
                "ClusterName=dlse",
                f"SlurmctldHost={host}(127.0.0.1)",
                f"SlurmctldPort={controller}",
                "AuthType=auth/munge",
                "CredType=cred/munge",
                "SlurmUser=root",
                "SlurmdUser=root",
                f"StateSaveLocation={self.folder}/state",
                f"SlurmdSpoolDir={self.folder}/%n",
                f"SlurmctldPidFile={self.folder}/slurmctld.pid",
                f"SlurmdPidFile={self.folder}/%n.pid",
                f"SlurmctldLogFile={self.folder}/slurmctld.log",
                f"SlurmdLogFile={self.folder}/%n.log",
                "ProctrackType=proctrack/linuxproc",
                "TaskPlugin=task/none",
                "AccountingStorageType=accounting_storage/none",
                # without control groups, the memory of each job is sampled every second
                "JobAcctGatherType=jobacct_gather/linux",
                "JobAcctGatherFrequency=task=1",
                "JobAcctGatherParams=OverMemoryKill",
                "SelectType=select/cons_tres",
                "SelectTypeParameters=CR_CPU_Memory",
                "SlurmdParameters=config_overrides",
                "MpiDefault=none",
                "ReturnToService=2",
                "SlurmdTimeout=10",  # seconds until a silent node counts as down
                "MinJobAge=3600",
                *nodes,
                "PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP",
                "",
            ]
        )

    def start_munge(self) -> None:
        """Start the authentication daemon, unless one is running."""
        if subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode == 0:
            return
        Path("/run/munge").mkdir(exist_ok=True)
        shutil.chown("/run/munge", "munge", "munge")
        with open(self.folder / "munged.log", "w") as log:
            self.own_munge = subprocess.Popen(
                ["runuser", "-u", "munge", "--", "munged", "-F"], stdout=log, stderr=log
            )
        until(
            lambda: (
                subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode == 0
            ),
            lambda: (self.folder / "munged.log").read_text(),
        )

    def start(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [program, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def start_node(self, node: str) -> None:
        self.start("slurmd", "-N", node)

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a daemon ("slurmctld" or a node) by the process number in its own file."""
        file = self.folder / f"{name}.pid"
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            pid = int(file.read_text())
            os.kill(pid, how)
            while Path(f"/proc/{pid}/exe").exists():  # a dead process has none
                time.sleep(0.05)

    def lose(self, node: str) -> None:
        """Do what a power cut does to a node: end its daemon and all that runs on it at once,
        without telling the controller."""
        here = [job["id"] for job in self.running() if job["node"] == node]
        steps = tuple(f"slurmstepd: [{job}.".encode() for job in here)
        variable = f"SLURMD_NODENAME={node}".encode()
        self.kill(node)
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # the process has just ended
                step = (entry / "cmdline").read_bytes().startswith(steps)
                if step or variable in (entry / "environ").read_bytes().split(b"\0"):
                    os.kill(int(entry.name), signal.SIGKILL)

    def wait_for_nodes(self) -> None:
        def states() -> str:
            return self.ask("sinfo", "-h", "-o", "%T")

        until(lambda: states() == "idle", states)

    def ask(self, *command: str) -> str:
        """The output of one of Slurm's commands."""
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip()

    def states(self) -> dict[str, tuple[str, str]]:
        """The state and the comment of each job, including ended ones."""
        lines = self.ask("squeue", "-h", "-t", "all", "-o", "%i|%T|%k").splitlines()
        return {job: (state, comment) for job, state, comment in (x.split("|") for x in lines)}

    def running(self) -> list[dict[str, str]]:
        """The jobs whose script has started: number, node and comment, which is the rule."""
        steps = self.ask("squeue", "-h", "-s", "-o", "%i").splitlines()
        names = ("id", "node", "comment")
        lines = self.ask("squeue", "-h", "-t", "R", "-o", "%i|%N|%k").splitlines()
        jobs = [dict(zip(names, line.split("|"), strict=True)) for line in lines]
        return [job for job in jobs if f"{job['id']}.0" in steps]
