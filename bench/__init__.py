"""The bench: sutja beside what people would pick instead, measured in turn by one harness.

    python -m bench [--quick] [--only NAME] [--json]

`runner` goes through the steps of the parts `serving`, `reading`, `numbers`, `sizes` and `training`, and goes on where
it was stopped; `page` writes docs/performance.md from what they found. `peers` are the programs beside sutja, each in
an environment that has what it needs.
"""
