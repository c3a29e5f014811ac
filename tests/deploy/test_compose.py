"""deploy/compose.yaml and deploy/haproxy.cfg: what the programs themselves say of them, and what refers to what."""

import json
import re
import shutil
import subprocess
from importlib.resources import files
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError

from deploy.test_cluster import KNOWN

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
FILE = DEPLOY / "compose.yaml"
CONFIG = DEPLOY / "haproxy.cfg"
COMPOSE = yaml.safe_load(FILE.read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_compose_is_as_its_specification_has_it() -> None:
    """By the Compose specification's schema, as check-jsonschema brings it; a word that it lacks would be found."""
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    specification = Draft202012Validator(json.loads(schema.read_text("utf-8")))
    specification.validate(COMPOSE)
    with pytest.raises(ValidationError):
        specification.validate(yaml.safe_load(FILE.read_text("utf-8").replace("read_only: true", "readonly: true")))


def test_compose_has_all_that_is_promised_and_what_it_refers_to() -> None:
    """Law: volumes, networks, files and services that are named are there, and settings are ours."""
    assert {"sutja", "postgres", "mlflow", "airflow", "haproxy"} <= set(SERVICES)
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        sources = [each.partition(":")[0] for each in service.get("volumes", [])]
        assert {each for each in sources if not each.startswith(".")} <= set(COMPOSE["volumes"])
        assert all((DEPLOY / each).is_file() for each in sources if each.startswith("."))
        ours = {name for name in service.get("environment", {}) if name.startswith("SUTJA_")}
        assert ours <= KNOWN
        assert all(each.startswith("127.0.0.1:") for each in service.get("ports", [])), "nothing is open to others"
    stages = re.findall(r"^FROM .* AS (\w+)$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    builds = [service["build"] for service in SERVICES.values() if "build" in service]
    assert {each["target"] for each in builds} <= set(stages)
    assert all((DEPLOY / each["context"] / each["dockerfile"]).is_file() for each in builds)


def test_what_serves_is_locked_in_and_nobody_knows_a_password() -> None:
    """Law: replicas write nothing but in memory; secrets have no default."""
    for name in ("haproxy", "sutja", "upgrade"):
        assert (SERVICES[name]["read_only"], SERVICES[name]["cap_drop"]) == (True, ["ALL"])
    assert SERVICES["sutja"]["deploy"]["replicas"] >= 2
    text = FILE.read_text("utf-8")
    assert not re.search(r"\$\{\w+:?-", text), "no default"
    assert {"SUTJA_SECRET", "POSTGRES_PASSWORD"} == set(re.findall(r"\$\{(\w+)", text))


def test_haproxy_alone_is_believed() -> None:
    """Law: replicas take the word of one address, which is haproxy's and which nobody else is given."""
    address = ip_address(SERVICES["haproxy"]["networks"]["front"]["ipv4_address"])
    assert SERVICES["sutja"]["environment"]["FORWARDED_ALLOW_IPS"] == str(address)
    [config] = COMPOSE["networks"]["front"]["ipam"]["config"]
    subnet, given = ip_network(config["subnet"]), ip_network(config["ip_range"])
    assert address in subnet
    assert given.subnet_of(subnet)
    assert address not in given
    assert address != subnet[1], "the gateway's"


def test_haproxy_takes_its_configuration() -> None:
    """By its own word, as of Debian's version."""
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin")
    if program is None:
        pytest.skip("no haproxy: Debian's package has it, which only root may install")
    ran = subprocess.run([program, "-c", "-f", CONFIG], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "WARNING" not in (ran.stdout + ran.stderr).upper()


def test_haproxy_sends_nothing_twice_that_counts_twice() -> None:
    """Law: a PIN is never sent again, nor a sample without its idempotency key."""
    text = CONFIG.read_text("utf-8")
    assert "http-request disable-l7-retry unless METH_GET or only_reads or counts_once" in text
    [paths] = re.findall(r"acl only_reads path (.*)$", text, re.MULTILINE)
    assert not [each for each in paths.split() if "pin" in each or "samples" in each]
    assert re.search(r"acl counts_once req.hdr\(Idempotency-Key\) -m found", text)
