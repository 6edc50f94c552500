"""Measured comparisons, each a command: `python -m benchmarks.pull`, all of them `python -m benchmarks`.

Speed is counted in CPU seconds (user and system) of this process, because wall time says more about the neighbours.
"""
