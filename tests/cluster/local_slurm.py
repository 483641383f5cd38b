"""A real SLURM on this machine, with simulated nodes: bring it up, kill a node, take it down.

    python tests/cluster/local_slurm.py start     # three nodes of four cores
    python tests/cluster/local_slurm.py kill n2   # sudden death: the daemon and all processes of its jobs
    python tests/cluster/local_slurm.py stop

It needs root and Debian's packages slurmctld, slurmd, slurm-client and munge; neither systemd nor accounting.
Debian builds slurmd so that several can run on one host, each on a port of its own. The configuration has to
be /etc/slurm/slurm.conf (the jobs of Snakemake's SLURM plugin do not inherit SLURM_CONF), so a machine that
has one of its own is left alone.
"""

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PROGRAMS = ("slurmctld", "slurmd", "squeue", "munged")
CONFIGURATION = Path("/etc/slurm/slurm.conf")
MARK = "# Written by the tests of aestudy; gone when they end."
STATE = Path("/var/tmp/aestudy-slurm")
CORES, MEGABYTES = 4, 16000
"""What each node claims to have, whatever the machine has."""


def reason_to_skip() -> str | None:
    """Say why SLURM cannot be brought up here; None if it can."""
    missing = [name for name in PROGRAMS if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    if missing:
        return f"SLURM is not installed ({', '.join(missing)}); see docs/cluster.md"
    if os.getuid():
        return "bringing up SLURM needs root"
    if CONFIGURATION.exists() and not CONFIGURATION.read_text().startswith(MARK):
        return f"{CONFIGURATION} belongs to a SLURM of this machine"
    return None


class LocalSlurm:
    """Daemons of one simulated cluster; use it as a context manager.

    Args:
        n_nodes: how many nodes, named n1, n2, ...
    """

    def __init__(self, n_nodes: int = 3):
        self.nodes = [f"n{number}" for number in range(1, n_nodes + 1)]
        self._turn = None

    def __enter__(self) -> "LocalSlurm":
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and wait until all nodes are idle."""
        STATE.mkdir(parents=True, exist_ok=True)
        # There is one set of ports: a second test run on this machine waits for its turn.
        self._turn = (STATE / "turn").open("w")
        fcntl.lockf(self._turn, fcntl.LOCK_EX)
        self._end_daemons()
        for name in ("state", "spool", "run"):
            shutil.rmtree(STATE / name, ignore_errors=True)
            (STATE / name).mkdir()
        CONFIGURATION.write_text(_configuration(self.nodes), "utf-8")
        _start_munge()
        _run("slurmctld")
        for node in self.nodes:
            self.revive(node)
        self.wait_until_idle()

    def stop(self) -> None:
        """End the daemons and the jobs, and give up the configuration."""
        if self.states():
            _run("scancel", "--full", "--user", "root", "--quiet", check=False)
            _wait(
                lambda: not _run("squeue", "--noheader", check=False).strip(),
                "the jobs to end",
                15,
                strict=False,
            )
        self._end_daemons()
        CONFIGURATION.unlink(missing_ok=True)
        if self._turn:
            self._turn.close()

    def states(self) -> dict[str, str]:
        """Read the state of every node; empty if the controller does not answer."""
        lines = _run("sinfo", "--noheader", "--Node", "--format=%N %T", check=False).splitlines()
        return dict(line.split() for line in lines)

    def wait_until_idle(self) -> None:
        _wait(
            lambda: list(self.states().values()) == ["idle"] * len(self.nodes),
            "idle nodes",
            60,
        )

    def revive(self, node: str) -> None:
        """Start the daemon of a node."""
        _run("slurmd", "-N", node)

    def kill_node(self, node: str) -> None:
        """Let a node die without a word: its daemon and every process of its jobs."""
        jobs = _run("squeue", "--noheader", "--states=R", "--format=%A", f"--nodelist={node}").split()
        os.kill(int((STATE / "run" / f"slurmd-{node}.pid").read_text()), signal.SIGKILL)
        for process in _processes_of(jobs):
            _kill(process)

    def _end_daemons(self) -> None:
        """End what an earlier start left, by the process numbers that it wrote down."""
        for file in sorted((STATE / "run").glob("*.pid"), reverse=True):
            process = int(file.read_text() or 0)
            # The number may have gone to another process since.
            if process and any(name in _command(process) for name in ("slurm", "munged")):
                os.kill(process, signal.SIGTERM)
                _wait(lambda process=process: "slurm" not in _command(process), file.name, 10, strict=False)
            file.unlink(missing_ok=True)


def _configuration(nodes: list[str]) -> str:
    host = socket.gethostname().split(".")[0]
    run = STATE / "run"
    settings = {
        "ClusterName": "aestudy",
        "SlurmctldHost": f"{host}(127.0.0.1)",
        "SlurmUser": "root",
        "SlurmdUser": "root",
        "AuthType": "auth/munge",
        "MpiDefault": "none",
        "SwitchType": "switch/none",
        "SelectType": "select/cons_tres",
        "SelectTypeParameters": "CR_Core_Memory",
        "TaskPlugin": "task/none",
        "ProctrackType": "proctrack/linuxproc",
        # Kill what takes more memory than it asked for, without the kernel's control groups.
        "JobAcctGatherType": "jobacct_gather/linux",
        "JobAcctGatherFrequency": "2",
        "JobAcctGatherParams": "OverMemoryKill",
        "AccountingStorageType": "accounting_storage/none",
        "JobCompType": "jobcomp/none",
        # Nodes may claim more than the machine has.
        "SlurmdParameters": "config_overrides",
        "SchedulerParameters": "sched_interval=2,bf_interval=2,max_rpc_cnt=0",
        "ReturnToService": "2",
        # How soon a dead node is noticed, and how long a job may take to end after SIGTERM.
        "SlurmdTimeout": "10",
        "KillWait": "5",
        "OverTimeLimit": "0",
        "MinJobAge": "300",
        "StateSaveLocation": STATE / "state",
        "SlurmdSpoolDir": STATE / "spool" / "%n",
        "SlurmctldPidFile": run / "slurmctld.pid",
        "SlurmdPidFile": run / "slurmd-%n.pid",
        "SlurmctldLogFile": STATE / "slurmctld.log",
        "SlurmdLogFile": STATE / "slurmd-%n.log",
        "SlurmctldPort": "26817",
    }
    lines = [MARK, *(f"{name}={value}" for name, value in settings.items())]
    for number, node in enumerate(nodes, start=1):
        lines.append(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={26820 + number} "
            f"CPUs={CORES} RealMemory={MEGABYTES} State=UNKNOWN"
        )
    lines.append(f"PartitionName=main Nodes={','.join(nodes)} Default=YES MaxTime=INFINITE State=UP")
    return "\n".join(lines) + "\n"


def _start_munge() -> None:
    """Start the daemon that signs SLURM's messages, unless one runs."""
    if subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode == 0:
        return
    folder, key = Path("/run/munge"), Path("/etc/munge/munge.key")
    folder.mkdir(exist_ok=True)
    shutil.chown(folder, "munge", "munge")
    folder.chmod(0o755)
    if not key.exists():
        _run("runuser", "-u", "munge", "--", "mungekey", "-c")
    _run("runuser", "-u", "munge", "--", "munged", "--force")
    _wait(
        lambda: subprocess.run(["munge", "-n"], capture_output=True, check=False).returncode == 0, "munge", 10
    )


def _processes_of(jobs: list[str]) -> list[int]:
    """Find the processes of SLURM's jobs: their keepers first, so that these report nothing any more."""
    marks = {f"SLURM_JOB_ID={job}".encode() for job in jobs}
    keepers, others = [], []
    for folder in Path("/proc").glob("[0-9]*"):
        process = int(folder.name)
        if any(_command(process).startswith(f"slurmstepd: [{job}.") for job in jobs):
            keepers.append(process)
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if marks & set(environment):
            others.append(process)
    return keepers + others


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _run(*command: str, check: bool = True) -> str:
    path = f"{os.environ['PATH']}:/usr/sbin"
    program = shutil.which(command[0], path=path)
    # Daemons keep what they inherit open; a pipe would never end.
    daemon = command[0] in ("slurmctld", "slurmd") or "munged" in command
    finished = subprocess.run(
        [program, *command[1:]], check=check, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if daemon else subprocess.PIPE,
        stderr=None if check else subprocess.DEVNULL,
        start_new_session=daemon, timeout=60,
    )  # fmt: skip
    return finished.stdout or ""


def _wait(condition, what: str, seconds: float, *, strict: bool = True) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            if strict:
                raise TimeoutError(f"waited {seconds} s for {what}; the logs are in {STATE}")
            return
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("action", choices=["start", "kill", "revive", "stop"])
    parser.add_argument("node", nargs="?")
    arguments = parser.parse_args()
    if reason := reason_to_skip():
        sys.exit(f"Error: {reason}")
    slurm = LocalSlurm()
    {
        "start": slurm.start,
        "stop": slurm.stop,
        "kill": lambda: slurm.kill_node(arguments.node),
        "revive": lambda: slurm.revive(arguments.node),
    }[arguments.action]()


if __name__ == "__main__":
    main()
