"""The migrations, a file each, in the order of their numbers: what a release made is never changed by a later one."""
