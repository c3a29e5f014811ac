"""The command line: a file for each command. Exit 0 done, 1 the work failed, 2 wrong use, 130 stopped by Ctrl-C."""

import io
import sys
import warnings

import typer

from sutja._version import __version__
from sutja.cli import (
    audit,
    backup,
    champions,
    db,
    evaluate,
    keys,
    learn,
    models,
    operators,
    read,
    samples,
    serve,
    train,
)
from sutja.errors import SutjaError

app = typer.Typer(
    name="sutja",
    help="Read digits that people draw.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # else square brackets would be lost, and with them every default
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("read")(read.read)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("learn")(learn.learn)
app.add_typer(models.app, name="models")
models.app.command("list")(champions.list_models)
models.app.command("show")(champions.show)
models.app.command("promote")(champions.promote)
models.app.command("rollback")(champions.rollback)
app.add_typer(db.app, name="db")
app.add_typer(audit.app, name="audit")
app.add_typer(operators.app, name="operators")
app.add_typer(keys.app, name="keys")
app.add_typer(samples.app, name="samples")


@app.callback(invoke_without_command=True)
def version(show: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True)) -> None:
    """Read digits that people draw."""
    if show:
        typer.echo(f"sutja {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command; what sutja raises on purpose becomes one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a pipe may know neither bars nor the name of a file
    warnings.filterwarnings("ignore", module=r"PIL\.")  # what a picture has that is odd is no news to who reads it
    try:
        app()
    except SutjaError as error:
        _end(f"{error}", 1)
    except OSError as error:
        _end(f"{error.filename or 'file'}: {error.strerror or error}", 1)


def _end(line: str, code: int) -> None:
    typer.echo(f"sutja: {line}", err=True)
    sys.exit(code)
