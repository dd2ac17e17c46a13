"""Faults of the upstream, and the end that a job must come to.

One row for each kind of outcome and each state of a job at which it can happen. The bytes and all
their variants are those of `tests/unit/upstream/tables`.
"""
