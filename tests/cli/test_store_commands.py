"""The commands of the store, on a home of their own."""

import io
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from databases import bundle
from sutja.secret import secret_of
from sutja.store import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set a home without anything in it."""
    monkeypatch.setenv("SUTJA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def opened(home: Path) -> Store:
    return Store.open(f"sqlite:///{home / 'sutja.db'}", secret=secret_of(home))


def test_db_upgrade_makes_the_store(home: Path, sutja: Callable) -> None:
    """As often as one likes."""
    for _ in range(2):
        ran = sutja("db", "upgrade")
        assert (ran.code, "generation 1 reads" in ran.out) == (0, True)
    assert (home / "sutja.db").exists()


def test_db_upgrade_tells_of_a_database_that_is_none(
    home: Path, sutja: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, and exit code 1."""
    for url in ("mysql://localhost/x", "postgresql://nobody:hush@127.0.0.1:9/x?connect_timeout=2"):
        monkeypatch.setenv("SUTJA_DATABASE_URL", url)
        ran = sutja("db", "upgrade")
        assert (ran.code, ran.err.count("\n"), "hush" in ran.err) == (1, 1, False)


def test_audit_verify_names_the_row_that_was_changed(home: Path, sutja: Callable) -> None:
    """Whole: exit code 0 and the seal of the newest row; changed: exit code 1."""
    sutja("db", "upgrade")
    ran = sutja("audit", "verify")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "2 rows, all as they were written")
    assert len(ran.out.splitlines()[1]) == 64
    with sqlite3.connect(home / "sutja.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET who = 'nobody' WHERE number = 2")
    connection.close()
    ran = sutja("audit", "verify")
    assert (ran.code, "breaks at row 2" in ran.err) == (1, True)


def test_operators_are_listed_and_removed(home: Path, sutja: Callable) -> None:
    """Whoever is removed is logged out, which the trail says, with who did it; nobody else is."""
    sutja("db", "upgrade")
    ran = sutja("operators", "list")
    assert (ran.code, ran.out, "no operators" in ran.err) == (0, "", True)
    password = "correct horse battery"  # noqa: S105  # of nobody
    with opened(home) as store:
        for name in ("mina", "jun"):
            store.operators.add(name, password)
        tokens = [store.operators.login(name, password).token for name in ("mina", "jun")]
    assert [line.split()[:2] for line in sutja("operators", "list").out.splitlines()] == [
        ["jun", "since"],
        ["mina", "since"],
    ]
    assert sutja("operators", "remove", "mina").out == "mina may log in no longer\n"
    ran = sutja("operators", "remove", "mina")
    assert (ran.code, "Expected the name of an operator" in ran.err) == (1, True)
    with opened(home) as store:
        assert [store.operators.who(token) for token in tokens] == [None, "jun"]
        assert [each.name for each in store.operators.list()] == ["jun"]
    assert "operator removed  mina  done" in sutja("audit", "list", "--limit", "1").out


def test_the_trail_is_listed(home: Path, sutja: Callable) -> None:
    """Newest first, a line each, whatever somebody wrote as a reason; from any row on."""
    sutja("db", "upgrade")
    with opened(home) as store:
        store.cycles.pause("operator:jun", "first\nsecond \x1b[2J")
    lines = sutja("audit", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert re.fullmatch(
        r"3  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  operator:jun  learning paused  cycles  first second  \[2J", lines[0]
    )
    assert sutja("audit", "list", "--before", "3", "--limit", "1").out.splitlines() == lines[1:2]


def test_operators_add_lets_somebody_in(home: Path, sutja: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from stdin or is asked for, and is never shown."""
    password = "correct horse battery"  # noqa: S105  # of nobody
    sutja("db", "upgrade")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    ran = sutja("operators", "add", "mina", "--password-stdin")
    assert (ran.code, ran.out, password in ran.err) == (0, "mina may log in\n", False)
    with opened(home) as store:
        assert store.operators.login("mina", password).operator == "mina"
    for line, name, said in (("\n", "jo", "on stdin"), ("short\n", "jo", "12 to"), (f"{password}\n", "mina", "so far")):
        monkeypatch.setattr("sys.stdin", io.StringIO(line))
        ran = sutja("operators", "add", name, "--password-stdin")
        assert (ran.code, said in ran.err, line.strip() in ran.err and bool(line.strip())) == (1, True, False)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"another {password}\n"))
    assert sutja("operators", "add", "mina", "--password-stdin", "--anew").out == "mina has a new password\n"


def test_a_card_is_shown(home: Path, sutja: Callable) -> None:
    """By the beginning of a sha-256, as JSON."""
    sutja("db", "upgrade")
    with opened(home) as store:
        card = store.bundles.load(store.bundles.active().sha).card
    ran = sutja("models", "show", card.sha256[:8])
    assert (ran.code, json.loads(ran.out)) == (0, json.loads(json.dumps(card.to_json())))
    assert sutja("models", "show", "0" * 64).code == 1


def test_the_store_asks_for_no_server(home: Path, sutja: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law: where `learn` is installed and `serve` is not, as in Airflow's image, the commands of the store work."""
    for name in ("fastapi", "uvicorn", "python_multipart"):
        monkeypatch.setitem(sys.modules, name, None)
    assert sutja("db", "upgrade").code == 0
    assert sutja("models", "list").code == 0
    ran = sutja("learn", "--if-due")
    assert (ran.code, "not due" in ran.out + ran.err) == (0, True), ran.err
    ran = sutja("serve")
    assert (ran.code, "fastapi" in ran.err) == (1, True)


def test_models_of_the_store_are_listed_promoted_and_rolled_back(home: Path, sutja: Callable) -> None:
    """By the beginning of a sha-256, with a reason that is kept, of ten characters where no gate promoted it."""
    sutja("db", "upgrade")
    with opened(home) as store:
        first = store.bundles.active().sha
        sha = store.bundles.add(bundle("second"), "cycle:c")
    ran = sutja("models", "list")
    assert [row.split()[:2] for row in ran.out.splitlines()[1:3]] == [[sha[:12], "candidate"], [first[:12], "champion"]]
    assert "generation 1 since" in ran.out
    for short in ([], ["--reason", "x"], ["--reason", "  too short "]):
        ran = sutja("models", "promote", sha[:8], *short)
        assert (ran.code, "at least 10 characters" in ran.err, ran.err.count("\n")) == (1, True, 1)
    ran = sutja("models", "promote", sha[:8], "--reason", "better at sevens")
    assert (ran.code, ran.out) == (0, f"generation 2 reads, bundle {sha[:12]}\n")
    for wrong in (sha[:8], sha[:5], "", "ffffffffffff", "%"):  # the first is champion already
        assert sutja("models", "promote", wrong, "--reason", "better at sevens").code == 1
    assert sutja("models", "rollback", "--reason", "worse").out == f"generation 3 reads, bundle {first[:12]}\n"
    assert sutja("models", "rollback").code == 1
    with opened(home) as store:
        [decision] = store.decisions.list()
        assert (decision.reason, decision.by.split(":")[0]) == ("better at sevens", "command line")
        assert store.audit.verify().broken is None


def test_keys_are_added_listed_and_revoked(home: Path, sutja: Callable) -> None:
    """The secret goes to stdout once, alone; the list has no word of it, and a key that is gone cannot go again."""
    ran = sutja("keys", "add", "kiosk", "--scope", "pin", "--scope", "samples", "--days", "7")
    assert (ran.code, ran.out.count("\n"), "kiosk may pin,samples until" in ran.err) == (0, 1, True)
    token = ran.out.strip()
    name, _, secret = token.partition(".")
    with opened(home) as store:
        assert store.keys.check(token).name == "kiosk"
    listed = sutja("keys", "list")
    assert (f"{name}  kiosk  pin,samples  until" in listed.out, secret in listed.out + listed.err) == (True, False)
    assert sutja("keys", "revoke", name).code == 0
    with opened(home) as store:
        assert store.keys.check(token) is None
    again = sutja("keys", "revoke", name)
    assert (again.code, again.err.count("\n"), "revoked" in sutja("keys", "list").out) == (1, 1, True)
    assert [sutja("keys", "add", "x", "--scope", "all").code, sutja("keys", "add", "x", "--days", "0").code] == [2, 2]
