"""A real Grid Engine on this machine: a head and two nodes.

Each has its own name, network and processes, in namespaces of the kernel. The machine itself is not
changed."""

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

PROGRAMS = ("sge_qmaster", "sge_execd", "qsub", "ip", "unshare", "nsenter")
DEBIAN = Path("/usr/share/gridengine")  # the settings that Debian's packages come with
ADDRESSES = {"head": "10.0.0.1", "n1": "10.0.0.2", "n2": "10.0.0.3"}
NODES = ("n1", "n2")
NAMESPACES = ("--uts", "--net", "--mount")
APART = ("unshare", *NAMESPACES, "--pid", "--fork", "--mount-proc")
PORTS = {"SGE_QMASTER_PORT": "6444", "SGE_EXECD_PORT": "6445"}


def missing() -> str | None:
    """The reason why no Grid Engine can be started here; None if one can."""
    if absent := [program for program in PROGRAMS if shutil.which(program) is None]:
        return (
            f"{', '.join(absent)} not installed; `make gridengine` installs them on Debian, as root"
        )
    if os.geteuid() != 0:
        return "only root can start a Grid Engine of its own"
    bridge = ["ip", "link", "add", "name", "cluster", "type", "bridge"]
    tried = subprocess.run([*APART, *bridge], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        return f"this machine allows no namespaces with a network: {tried.stderr.strip()}"
    return None


def changed(settings: str, **values: object) -> str:
    """Settings as Grid Engine writes them, a name and a value in each line, with other values."""
    for name, value in values.items():
        settings, found = re.subn(rf"(?m)^{name}\b.*(?:\\\n.*)*$", f"{name} {value}", settings)
        assert found == 1, name
    return settings


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until this holds; a TimeoutError if it does not within so many seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.2)


class GridEngine:
    """A head, which the jobs are submitted from, and two nodes with two slots and 6,000 MB each. A
    node that is silent for 30 seconds counts as unknown."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.machines: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "GridEngine":
        for name in ("cell/common", "master", "nodes"):
            (self.folder / name).mkdir(parents=True)
        hosts = [f"{address} {name}\n" for name, address in ADDRESSES.items()]
        (self.folder / "hosts").write_text("".join(["127.0.0.1 localhost\n", *hosts]))
        try:
            self.start_head()
            for node in NODES:
                self.start_node(node)
            wait_until(lambda: self.unknown_queues() == [])
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        for name in list(self.machines):
            self.end(name)

    def start_machine(self, name: str) -> None:
        """Make namespaces with this host name. What runs in them ends with the first process."""
        steps = (
            f"hostname {name}; mount --bind {self.folder}/hosts /etc/hosts; ip link set lo up; "
            "echo ready; exec sleep infinity"
        )
        self.machines[name] = subprocess.Popen(
            [*APART, "--kill-child", "sh", "-ec", steps],
            stdout=subprocess.PIPE,
            text=True,
        )
        said = self.machines[name].stdout.readline()
        if said != "ready\n":
            raise RuntimeError(f"{name} has not started")

    def end(self, name: str) -> None:
        """End a machine and all that runs on it at once, as a power cut does."""
        machine = self.machines.pop(name)
        machine.kill()
        machine.wait()
        machine.stdout.close()

    def command_on(self, name: str, *command: object, folder: Path | None = None) -> list[str]:
        """This command as one that runs on a machine, in a folder."""
        pid = self.machines[name].pid
        variables = {"SGE_ROOT": self.folder, "SGE_CELL": "cell", "SGE_ARCH": "lx-amd64", **PORTS}
        return [
            *("nsenter", f"--target={pid}", *NAMESPACES, f"--pid=/proc/{pid}/ns/pid_for_children"),
            *("env", f"--chdir={folder or self.folder}"),
            *(f"{variable}={value}" for variable, value in variables.items()),
            *map(str, command),
        ]

    def ask(self, *command: str, on: str = "head") -> str:
        """The output of one of Grid Engine's commands, which must succeed."""
        done = subprocess.run(
            self.command_on(on, *command), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def start_head(self) -> None:
        self.start_machine("head")
        for step in (
            "ip link add name cluster type bridge",
            f"ip address add {ADDRESSES['head']}/24 dev cluster",
            "ip link set cluster up",
        ):
            self.ask(*step.split())
        self.make_cell()
        self.ask("sge_qmaster")
        self.ask("qconf", "-as", "head")
        scheduler = changed(
            self.ask("qconf", "-ssconf"),
            schedule_interval="0:0:2",
            flush_submit_sec=1,
            flush_finish_sec=1,
        )
        self.configure("-Msconf", scheduler)
        for node in NODES:
            unused = ("load_scaling", "user_lists", "xuser_lists", "projects", "xprojects")
            lines = [f"{name} NONE" for name in (*unused, "usage_scaling", "report_variables")]
            lines = [f"hostname {node}", "complex_values mem_free=6000M", *lines]
            self.configure("-Ae", "\n".join([*lines, ""]))
        queue = changed(
            self.ask("qconf", "-sq"),
            qname="main.q",
            hostlist=" ".join(NODES),
            slots=2,
            pe_list="NONE",
            load_thresholds="NONE",
        )
        self.configure("-Aq", queue)

    def make_cell(self) -> None:
        """Write what the master reads when it starts."""
        common = self.folder / "cell/common"
        (common / "act_qmaster").write_text("head\n")
        spool = f"{common};{self.folder}/master"
        (common / "bootstrap").write_text(
            changed(
                (DEBIAN / "default-bootstrap").read_text(),
                admin_user="none",
                spooling_method="classic",
                spooling_lib="libspoolc",
                spooling_params=spool,
                qmaster_spool_dir=f"{self.folder}/master",
            )
        )
        (self.folder / "configuration").write_text(
            changed(
                (DEBIAN / "default-configuration").read_text(),
                execd_spool_dir=f"{self.folder}/nodes",
                administrator_mail="none",
                min_uid=0,
                min_gid=0,
                load_report_time="0:0:5",
                max_unheard="0:0:30",
                reporting_params="accounting=true reporting=false accounting_flush_time=0:0:0",
            )
        )
        # memory is handed out, not only looked at
        complexes = self.folder / "complexes"
        shutil.copytree(DEBIAN / "util/resources/centry", complexes)
        memory = complexes / "mem_free"
        memory.write_text(changed(memory.read_text(), consumable="YES"))
        tools = "/usr/lib/gridengine"
        self.ask(f"{tools}/spoolinit", "classic", "libspoolc", spool, "init")
        for what, *values in (
            ("configuration", f"{self.folder}/configuration"),
            ("complexes", str(complexes)),
            ("usersets", f"{DEBIAN}/util/resources/usersets"),
            ("managers", "root"),
            ("adminhosts", *ADDRESSES),
        ):
            self.ask(f"{tools}/spooldefaults", what, *values)

    def configure(self, option: str, settings: str) -> None:
        """Hand settings to `qconf`."""
        file = self.folder / "settings"
        file.write_text(settings)
        self.ask("qconf", option, str(file))

    def start_node(self, node: str) -> None:
        self.start_machine(node)
        cable = f"ip link add {node} type veth peer name eth0 netns {self.machines[node].pid}"
        head = f"--target={self.machines['head'].pid}"
        subprocess.run(["nsenter", head, "--net", *cable.split()], check=True)
        self.ask(*f"ip link set {node} master cluster up".split())
        for step in (f"address add {ADDRESSES[node]}/24 dev eth0", "link set eth0 up"):
            self.ask("ip", *step.split(), on=node)
        self.ask("sge_execd", on=node)

    def lose(self, node: str) -> None:
        """Cut a node's power. The head is not told."""
        self.end(node)
        with contextlib.suppress(RuntimeError):  # the cable may be gone with the node
            self.ask("ip", "link", "delete", node)

    def unknown_queues(self) -> list[str]:
        """The queues of nodes that the head does not hear from."""
        with contextlib.suppress(RuntimeError):  # it fails where there are none
            return self.ask("qselect", "-qs", "u").split()
        return []

    def jobs(self) -> list[dict[str, str]]:
        """The jobs that have not ended: number, name, state and node ("" for one that waits)."""
        listed = ElementTree.fromstring(self.ask("qstat", "-xml"))
        return [
            {
                "number": job.findtext("JB_job_number"),
                "rule": job.findtext("JB_name"),
                "state": job.findtext("state"),
                "node": job.findtext("queue_name").partition("@")[2],
            }
            for job in listed.iter("job_list")
        ]

    def ends(self) -> dict[str, str]:
        """What the accounting says of the way in which each job ended, by its number."""
        said = self.ask("qacct", "-j", "*")
        numbers = re.findall(r"^jobnumber +(\d+)", said, re.MULTILINE)
        failed = re.findall(r"^failed +(.*?) *$", said, re.MULTILINE)
        return dict(zip(numbers, failed, strict=True))
