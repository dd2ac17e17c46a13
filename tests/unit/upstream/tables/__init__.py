"""What the other side may do, byte for byte, and what each call makes of it.

The bytes stand here once. The tests of `tests/unit/upstream` play every row against the call
alone; `tests/integration/faults` plays one row of each kind of outcome in each state of a job.
"""
