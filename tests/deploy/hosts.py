"""Hosts: machines with an address each on one network, made of network namespaces, which only root on Linux can make.

A host is cut off as one pulls its cable. The network is nobody else's: nothing outside of it can be reached, nor it.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

NETWORK = "10.77.0"
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Host:
    """A machine: the name of its namespace, its address, and its plug in the switch."""

    name: str
    address: str
    switch: str
    plug: str

    def words(self, *words: object) -> list[str]:
        """Return the command that runs another one on this host."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def start(self, *words: object, **environ: str) -> subprocess.Popen[str]:
        """Start a program on this host, whose input and output are ours."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            self.words(*words), env={**os.environ, **environ}, stdin=pipe, stdout=pipe, text=True, bufsize=1
        )

    def run(self, *words: object, **environ: str) -> str:
        """Run a program on this host to its end, and return what it wrote."""
        environment = {**os.environ, **environ}
        ran = subprocess.run(self.words(*words), env=environment, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def cut_off(self) -> None:
        """Pull its cable."""
        ip("-n", self.switch, "link", "set", self.plug, "down")

    def mend(self) -> None:
        """Put its cable back."""
        ip("-n", self.switch, "link", "set", self.plug, "up")

    def processes(self) -> list[int]:
        """Return what runs on this host."""
        return [int(each) for each in ip("netns", "pids", self.name).split()]

    def kill(self) -> None:
        """End all that runs on this host by signal 9, as a power cut does."""
        for each in self.processes():
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def cpu_s(self) -> float:
        """Return the time of the processor that all that runs here has taken, with that of children who ended."""
        return sum(map(_cpu_s, self.processes()))


@contextmanager
def network(*names: str) -> Iterator[dict[str, Host]]:
    """Yield hosts with these names, with the addresses 10.77.0.2 and on; in the end nothing of them is left."""
    prefix = f"sutja-{os.getpid()}"
    switch = f"{prefix}-switch"
    hosts = {
        name: Host(f"{prefix}-{name}", f"{NETWORK}.{place}", switch, f"plug{place}")
        for place, name in enumerate(names, 2)
    }
    try:
        ip("netns", "add", switch)
        ip("-n", switch, "link", "add", "switch", "type", "bridge")
        ip("-n", switch, "link", "set", "switch", "up")
        for host in hosts.values():
            _connect(host)
        yield hosts
    finally:
        for host in hosts.values():
            with suppress(subprocess.CalledProcessError):
                host.kill()
        for name in (*(host.name for host in hosts.values()), switch):
            with suppress(subprocess.CalledProcessError):
                ip("netns", "del", name)


def ip(*words: str) -> str:
    """Run `ip`, and return what it wrote. Raises `CalledProcessError`."""
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def _connect(host: Host) -> None:
    ip("netns", "add", host.name)
    ip("-n", host.switch, "link", "add", host.plug, "type", "veth", "peer", "name", "eth0", "netns", host.name)
    ip("-n", host.switch, "link", "set", host.plug, "master", "switch", "up")
    ip("-n", host.name, "address", "add", f"{host.address}/24", "dev", "eth0")
    for device in ("lo", "eth0"):
        ip("-n", host.name, "link", "set", device, "up")


def _cpu_s(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS
