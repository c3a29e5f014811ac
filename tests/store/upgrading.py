"""A process that upgrades a database when it is told to; see test_migrate.py."""

import sys

from databases import say
from sutja.store import upgrade

say("ready")
sys.stdin.readline()
upgrade(sys.argv[1])
say("done")
