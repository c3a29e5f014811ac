"""The one door to MLflow: runs, versions and their aliases, written by its client.

Owns the names there. Everything can be written twice: what is there stays, once. MLflow's loaders are never used, since
they run what lies in their folders; what serves comes from the store.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sutja.bundle import Bundle
from sutja.learn.tracking.leavings import Leavings
from sutja.learn.tracking.place import DEFAULTS, ENVIRONMENT, Place

os.environ.update({**DEFAULTS, **os.environ, **ENVIRONMENT})  # read by MLflow when it is imported

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, Run, RunTag
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

EXPERIMENT = "sutja"
MODEL = "sutja"
CHAMPION = "champion"
CHALLENGER = "challenger"
CYCLE = "sutja.cycle"
BUNDLE = "sutja.bundle"
SHA256 = "sha256"
FOLDER = "bundle"
AT_ONCE = 1000  # metrics that MLflow takes in one request
NOTE_CHARACTERS = 5000  # of the 8,000 that MLflow keeps in a tag


class Ledger:
    """MLflow's experiment and registered model of this deployment."""

    def __init__(self, place: Place) -> None:
        """Open them; make what is missing, and take back what somebody deleted."""
        self._client = MlflowClient(tracking_uri=place.uri, registry_uri=place.uri)
        self._experiment = self._opened(place.artifacts)
        with suppress(MlflowException):  # it is there; anything else shows at the first version
            self._client.create_registered_model(MODEL, description="The store says which of these serves.")

    def _opened(self, artifacts: str | None) -> str:
        found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is None:
            with suppress(MlflowException):  # another machine was first, or else the next line says what is wrong
                return str(self._client.create_experiment(EXPERIMENT, artifact_location=artifacts))
            found = self._client.get_experiment_by_name(EXPERIMENT)
        if found is None:
            raise MlflowException(f"there is no experiment {EXPERIMENT}, and none can be made")
        if found.lifecycle_stage == "deleted":
            self._client.restore_experiment(found.experiment_id)
        return str(found.experiment_id)

    def write(self, leavings: Leavings) -> str:
        """Write the run of a cycle, with its candidate as a version, and return the id of the run."""
        run = self._run(CYCLE, leavings.cycle, leavings.cycle, leavings.began)
        name = run.info.run_id
        missing = {key: value for key, value in leavings.plan.items() if key not in run.data.params}
        self._client.log_batch(name, params=[Param(key, value) for key, value in missing.items()])
        for some in _metrics(leavings):
            self._client.log_batch(name, metrics=some)
        self._client.log_batch(name, tags=[RunTag(key, value) for key, value in _tags(leavings).items()])
        self._client.log_dict(name, dict(leavings.judgement), "judgement.json")
        self._keep(leavings.candidate, name, leavings.cycle)
        for file in leavings.files:
            self._client.log_artifact(name, str(file))
        self._client.set_terminated(name, end_time=_ms(leavings.ended))
        return str(name)

    def point(self, champion: Bundle, challenger: Bundle | None) -> None:
        """Let both aliases name these bundles; without a challenger nothing bears that alias."""
        self._point(CHAMPION, champion)
        if challenger is None or challenger.card.sha256 == champion.card.sha256:
            self._client.delete_registered_model_alias(MODEL, CHALLENGER)
        else:
            self._point(CHALLENGER, challenger)

    def _point(self, alias: str, bundle: Bundle) -> None:
        version = self._version(bundle.card.sha256) or self._adopted(bundle)
        self._client.set_registered_model_alias(MODEL, alias, str(version.version))

    def _adopted(self, bundle: Bundle) -> ModelVersion:
        """Give a bundle that no cycle made, such as the shipped one, a run and a version."""
        sha256 = bundle.card.sha256
        run = self._run(BUNDLE, sha256, f"bundle-{sha256[:12]}", None)
        version = self._keep(bundle, run.info.run_id, None)
        self._client.set_terminated(run.info.run_id)
        return version

    def _keep(self, bundle: Bundle, run: str, cycle: str | None) -> ModelVersion:
        """Put a bundle's two files into the run, and register them, once."""
        with TemporaryDirectory(prefix="sutja-") as scratch:
            bundle.save(Path(scratch))
            self._client.log_artifacts(run, scratch, FOLDER)
        tags = {SHA256: bundle.card.sha256} | ({CYCLE: cycle} if cycle else {})
        source = f"runs:/{run}/{FOLDER}"
        return self._version(bundle.card.sha256) or self._client.create_model_version(
            MODEL, source, run_id=run, tags=tags
        )

    def _version(self, sha256: str) -> ModelVersion | None:
        found = self._client.search_model_versions(f"name = '{MODEL}' and tags.`{SHA256}` = '{sha256}'")
        return min(found, key=lambda version: int(version.version), default=None)

    def _run(self, tag: str, value: str, name: str, began: datetime | None) -> Run:
        """Return the run that bears this tag; where there is none, a new one."""
        found = self._client.search_runs([self._experiment], f"tags.`{tag}` = '{value}'", max_results=1)
        if found:
            return found[0]
        return self._client.create_run(
            self._experiment, start_time=_ms(began) if began else None, tags={tag: value}, run_name=name
        )


def _tags(leavings: Leavings) -> Mapping[str, str]:
    return {
        "sutja.verdict": leavings.verdict,
        "sutja.snapshot": leavings.snapshot,
        "sutja.champion": leavings.champion,
        "sutja.candidate": leavings.candidate.card.sha256,
        "mlflow.note.content": leavings.words[:NOTE_CHARACTERS],  # what its page shows as the description
    }


def _metrics(leavings: Leavings) -> Iterator[Sequence[Metric]]:
    """Yield what was measured, by epoch and at the end; all at one time, so that writing it twice adds nothing."""
    at = _ms(leavings.ended)
    found = [Metric(name, value, at, 0) for name, value in leavings.reached.items()]
    for name, values in leavings.history.items():
        found += [Metric(name, value, at, epoch) for epoch, value in enumerate(values, start=1)]
    return (found[start : start + AT_ONCE] for start in range(0, len(found), AT_ONCE))


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
