"""Watching: how the service is, what it says of each request, and what it counts.

None of it ever holds what was drawn, what was read in it, an address, a header or a path that somebody sent.
"""
