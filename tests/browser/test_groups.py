"""Each module is a group of its own, so that a runner has its data once."""

from __future__ import annotations

import pytest


def test_a_module_is_a_group(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("numprocesses", None) == 0:
        return
    # The scheduler reads the group from the end of the name.
    assert request.node.nodeid.endswith("@browser-test_groups")
