"""The cycle of learning as an Airflow DAG: every task is one step of `sutja learn`.

Knows nothing of sutja but its command, which lives in an environment of its own. Airflow's variable `sutja`, or else
`SUTJA`, says how it is called; `SUTJA_SCHEDULE` says when, as cron or Airflow has it. See docs/tracking.md.
"""

import json
import os
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Variable, chain, task


def run(step: str, *options: str) -> dict[str, Any]:
    """Run a step, which may have been begun before, and return what it came to; what it tells goes into the log."""
    command = shlex.split(Variable.get("sutja", default=os.environ.get("SUTJA", "sutja")))
    words = [*command, "learn", "--step", step, *options]
    told = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(told.splitlines()[-1])


with DAG(
    "retrain",
    schedule=os.environ.get("SUTJA_SCHEDULE", "@hourly"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    # A step that was killed keeps its lease for two minutes.
    default_args={"retries": 2, "retry_delay": timedelta(minutes=3), "execution_timeout": timedelta(hours=12)},
    params={"only_if_due": True},
) as dag:

    @task.short_circuit
    def collect(params: dict[str, Any]) -> str | None:
        """Return the name of the cycle; where none is due, nothing, and all that follows is skipped."""
        found = run("collect", *(["--if-due"] if params["only_if_due"] else []))
        return found["cycle"] if found["due"] else None

    @task
    def step(name: str, cycle: str) -> dict[str, Any]:
        """Run the step of that name and return what it came to."""
        return run(name, "--cycle", cycle)

    @task.branch
    def verdict(judged: dict[str, Any]) -> str:
        """Return which of the two tasks ends the cycle; what has to wait for somebody is not promoted either."""
        return "promote" if judged["verdict"] == "promote" else "reject"

    cycle = collect()
    learnt = [step.override(task_id=name)(name, cycle) for name in ("snapshot", "train", "evaluate")]
    judged = step.override(task_id="gate")("gate", cycle)
    ends = [step.override(task_id=name)("promote", cycle) for name in ("promote", "reject")]  # it does what was judged
    report = step.override(task_id="report", trigger_rule="none_failed_min_one_success")("report", cycle)
    chain(*learnt, judged, verdict(judged), ends, report)
