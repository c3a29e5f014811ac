"""deploy/k8s and deploy/cloudrun.yaml: each resource is one, refers to what is there, and is locked in."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from tools import load

from sutja.secret import secret_of
from sutja.settings import Settings, variable

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
FOLDER = DEPLOY / "k8s"
VERSION = "1.34"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
RESOURCES = {
    each["kind"]: each
    for name in KUSTOMIZATION["resources"]
    for each in yaml.safe_load_all((FOLDER / name).read_text("utf-8"))
}
POD = RESOURCES["Deployment"]["spec"]["template"]
CONTAINERS = [*POD["spec"]["initContainers"], *POD["spec"]["containers"]]
[SERVING] = POD["spec"]["containers"]
[SECRET] = KUSTOMIZATION["secretGenerator"]
# uvicorn's own.
KNOWN = {variable(each.name) for each in fields(Settings)} | {"FORWARDED_ALLOW_IPS", "SUTJA_SECRET"}


def found(node: Any, key: str) -> Iterator[Any]:
    """Yield all values of a key, however deep it lies."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if name == key:
            yield value
        yield from found(value, key)


def test_all_that_is_there_is_named() -> None:
    """Law: kustomize is given each file of the folder, once."""
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert sorted(KUSTOMIZATION["resources"]) == sorted(files)
    assert set(RESOURCES) == {
        "Namespace",
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    }


@pytest.mark.parametrize("kind", sorted(RESOURCES))
def test_each_resource_is_one(kind: str) -> None:
    """Kubernetes' own schema knows each field, and takes each value."""
    kubernetes_validate.validate(RESOURCES[kind], VERSION, strict=True)


def test_a_mistake_would_be_found() -> None:
    """Law: the schema is asked in earnest."""
    for wrong in ({"replicas": "three"}, {"replica": 3}):
        broken = {**RESOURCES["Deployment"], "spec": {**RESOURCES["Deployment"]["spec"], **wrong}}
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(broken, VERSION, strict=True)


def test_references_lead_somewhere() -> None:
    """Law: selectors find the replicas, the autoscaler the deployment, and secrets, volumes, ports and images exist."""
    labels, name = POD["metadata"]["labels"], RESOURCES["Deployment"]["metadata"]["name"]
    selectors = [*found(list(RESOURCES.values()), "matchLabels"), RESOURCES["Service"]["spec"]["selector"]]
    ours = [each for each in selectors if "kubernetes.io/metadata.name" not in each]
    assert len(ours) >= 4
    assert all(each.items() <= labels.items() for each in ours)
    assert RESOURCES["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == name
    keys = {Path(each).name for each in SECRET["files"]}
    assert {(each["name"], each["key"]) for each in found(POD, "secretKeyRef")} == {(SECRET["name"], "database-url")}
    [volume] = found(POD["spec"]["volumes"], "secret")
    assert volume["secretName"] == SECRET["name"]
    assert {each["key"] for each in volume["items"]} | {"database-url"} == keys
    mounted = {each["name"] for each in found(CONTAINERS, "volumeMounts") for each in each}
    assert mounted == {each["name"] for each in POD["spec"]["volumes"]}
    ports = {each["name"] for each in SERVING["ports"]}
    probes = [SERVING[f"{each}Probe"]["httpGet"] for each in ("startup", "liveness", "readiness")]
    assert {each["port"] for each in probes} | {RESOURCES["Service"]["spec"]["ports"][0]["targetPort"]} == ports
    assert RESOURCES["NetworkPolicy"]["spec"]["ingress"][0]["ports"][0]["port"] in ports
    assert {each["image"] for each in CONTAINERS} == {each["name"] for each in KUSTOMIZATION["images"]}


def test_replicas_are_locked_in() -> None:
    """Law: nobody is root, nothing can be written but in memory, nothing more may be had, and memory has an end."""
    assert POD["spec"]["securityContext"]["runAsNonRoot"] is True
    assert POD["spec"]["automountServiceAccountToken"] is False
    for each in CONTAINERS:
        context = each["securityContext"]
        assert (context["readOnlyRootFilesystem"], context["allowPrivilegeEscalation"]) == (True, False)
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in each["resources"]["limits"]
        assert {"cpu", "memory"} <= set(each["resources"]["requests"])
    assert {each["medium"] for each in found(POD["spec"]["volumes"], "emptyDir")} == {"Memory"}
    assert set(RESOURCES["NetworkPolicy"]["spec"]["policyTypes"]) == {"Ingress", "Egress"}


def test_the_service_can_start_with_what_it_is_given() -> None:
    """Law: settings are ours, none comes from a service of our own name, probes ask what is there."""
    names = {each["name"] for env in found(CONTAINERS, "env") for each in env}
    assert names <= KNOWN
    assert POD["spec"]["enableServiceLinks"] is False, "else SUTJA_PORT would be tcp://..."
    paths = {each: SERVING[f"{each}Probe"]["httpGet"]["path"] for each in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/livez", "liveness": "/livez", "readiness": "/readyz"}
    budget, scaler = RESOURCES["PodDisruptionBudget"]["spec"], RESOURCES["HorizontalPodAutoscaler"]["spec"]
    assert scaler["minReplicas"] > budget["maxUnavailable"] >= 1


def test_replicas_are_added_where_the_load_model_has_them() -> None:
    """Law: of one core as much is used before there are more replicas as docs/deploying.md reckons with."""
    [metric] = RESOURCES["HorizontalPodAutoscaler"]["spec"]["metrics"]
    target = metric["resource"]["target"]
    assert (metric["resource"]["name"], target["type"]) == ("cpu", "Utilization")
    # A share of what is requested, whatever that is.
    cores = float(SERVING["resources"]["requests"]["cpu"])
    assert cores * target["averageUtilization"] / 100 == pytest.approx(load.USED)


def test_a_secret_passes_as_it_is_mounted(tmp_path: Path) -> None:
    """Law: a service takes a secret with the rights that the volume gives it, in a folder that it cannot write."""
    [volume] = found(POD["spec"]["volumes"], "secret")
    path = tmp_path / "secret"
    path.write_bytes(bytes(range(32)))
    path.chmod(volume["defaultMode"])
    tmp_path.chmod(0o555)
    assert secret_of(tmp_path) == bytes(range(32))


def test_secrets_are_no_part_of_the_project() -> None:
    """Law: what is generated lies where git does not look."""
    ignored = (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()
    assert {"deploy/.env", "deploy/k8s/secrets/"} <= set(ignored)
    assert {str(Path(each).parent) for each in SECRET["files"]} == {"secrets"}


def test_cloud_run_gets_a_pod_that_is_one() -> None:
    """But for two fields of Knative's own, its template is a pod; its probes ask what is there."""
    service = yaml.safe_load((DEPLOY / "cloudrun.yaml").read_text("utf-8"))
    assert (service["apiVersion"], service["kind"]) == ("serving.knative.dev/v1", "Service")
    knative = ("containerConcurrency", "timeoutSeconds")
    pod = {name: value for name, value in service["spec"]["template"]["spec"].items() if name not in knative}
    kubernetes_validate.validate(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": pod}, VERSION, strict=True
    )
    [container] = pod["containers"]
    assert {each["name"] for each in container["env"]} <= KNOWN
    assert {each["path"] for each in found(container, "httpGet")} == {"/livez", "/readyz"}
    assert {each["containerPort"] for each in container["ports"]} == {Settings().port}
