"""Tests of one group run in one process: their studio is started once."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("canary")
def test_groups_are_known_to_the_scheduler(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("numprocesses", None) == 0:
        return
    # The scheduler reads the group from the end of the name; without it, it ignores all groups.
    assert request.node.nodeid.endswith("@canary")
