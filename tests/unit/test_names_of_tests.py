"""The names of tests are for people: they fit into two lines of a report."""

from __future__ import annotations

import pytest

MAX_CHARACTERS = 240


def test_names_of_tests_are_short(request: pytest.FixtureRequest) -> None:
    long = [item.nodeid[:MAX_CHARACTERS] for item in request.session.items
            if len(item.nodeid) > MAX_CHARACTERS]  # fmt: skip
    assert long == []
