"""`python -m sutja` is `sutja`."""

from sutja.cli import main

main()
