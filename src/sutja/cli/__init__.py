"""The command line: a file for each command. Exit 0 done, 1 the work failed, 2 wrong use, 130 stopped by Ctrl-C."""

import io
import sys

import typer

from sutja._version import __version__
from sutja.cli import evaluate, read, serve, train
from sutja.errors import SutjaError

app = typer.Typer(
    name="sutja",
    help="Read digits that people draw.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("read")(read.read)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)


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
            stream.reconfigure(errors="replace")  # a Windows pipe may know neither bars nor arrows
    try:
        app()
    except SutjaError as error:
        typer.echo(f"sutja: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"sutja: {error.filename or 'file'}: {error.strerror or error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("sutja: stopped", err=True)
        sys.exit(130)
