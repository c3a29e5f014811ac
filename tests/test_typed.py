"""Commands that README and docs name can be typed: they are there, with their options and all that they ask for."""

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from sutja.cli import app

ROOT = Path(__file__).resolve().parent.parent
CLI = get_command(app)
PAGES = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name != "CHANGELOG.md"]
BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SYNOPSIS = re.compile(r"[\[|]")


def typed(text: str) -> set[str]:
    """Return the commands of a page: inline, in blocks, and in lines that are set in; without remarks and output."""
    prose = BLOCK.sub("", text)
    inline = {" ".join(found.split()) for found in re.findall(r"`(sutja [^`]+)`", prose)}
    lines = "\n".join(BLOCK.findall(text)).replace("\\\n", " ").splitlines() + re.findall(r"(?m)^    (.+)$", prose)
    set_in = {re.split(r"  |\s[#>|&]", line.strip().removeprefix("$ "))[0] for line in lines}
    return {line for line in inline | set_in if line.startswith("sutja ") and not SYNOPSIS.search(line)}


def fault(line: str) -> str:
    """Return what the command line has against a command, or nothing; one may be named without its arguments."""
    command, words = CLI, shlex.split(line)[1:]
    context = CLI.make_context("sutja", [], resilient_parsing=True)
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        command = command.commands.get(words.pop(0))
        if command is None:
            return f"{line}: no such command"
    if hasattr(command, "commands"):
        return ""
    try:
        command.make_context(line, [*words], parent=context)
    except Exception as error:  # noqa: BLE001  # Typer has a copy of Click, whose errors it does not show
        is_name = not words and getattr(getattr(error, "param", None), "param_type_name", "") == "argument"
        return "" if is_name else f"{line}: {type(error).__name__} {error}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_is_named_can_be_typed(page: Path) -> None:
    """Law: a command in README or docs exists, takes what stands behind it, and lacks no option that it asks for."""
    assert [found for line in sorted(typed(page.read_text("utf-8"))) if (found := fault(line))] == []


def test_what_cannot_be_typed_is_found() -> None:
    """Law: an argument too many, an unknown option and an unknown command are each named."""
    block, lines = "```sh\nsutja model list   # all\n```\n", "    sutja serve  here\n"
    page = f"`sutja models rollback now`, `sutja serve --prot 1`\n\n{block}{lines}"
    assert [bool(fault(line)) for line in sorted(typed(page))] == [True, True, False, True]


def test_the_design_has_all_commands() -> None:
    """Law: docs/design.md names every command that there is, no other, and no option that a command does not know."""
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    [section] = re.findall(r"(?s)### Command line\n(.*?)Long work", text)
    found: dict[str, set[str]] = {}
    for span in re.findall(r"`([^`]+)`", section):
        group, *rest = span.removeprefix("sutja ").split()
        is_group = hasattr(CLI.commands.get(group), "commands")
        names = [f"{group} {name}" for name in rest[0].split("|")] if is_group else [group]
        found |= {name: set(re.findall(r"--[\w-]+", span)) for name in names}
    assert found.keys() == known().keys()
    assert {name: found[name] - known()[name] for name in found if found[name] - known()[name]} == {}


def known() -> dict[str, set[str]]:
    """Return the options of each command."""
    leaves = {
        (f"{name} {inner}" if inner else name): leaf
        for name, command in CLI.commands.items()
        for inner, leaf in getattr(command, "commands", {"": command}).items()
    }
    return {name: {option for each in leaf.params for option in each.opts} for name, leaf in leaves.items()}
