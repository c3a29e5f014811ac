"""The routes: thin, a file for each kind."""
