"""A pytest plugin for whole runs (`-p tests.timings`): where the time went.

At the end of a run it prints the seconds per folder and the slowest tests. The seconds are those
of set-up, call and teardown, added up over all runners, so they exceed the wall time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from operator import itemgetter

import pytest

SLOWEST = 20
# A folder by noun is a line of its own where there are any: `tests/integration/gallery`.
MAX_DEPTH = 3

seconds_by_test: defaultdict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the phases of each test; with xdist, the reports of all runners arrive here."""
    # xdist adds the group to the name, which says nothing here.
    seconds_by_test[report.nodeid.rpartition("@")[0] or report.nodeid] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print both tables."""
    tests: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    for name, duration in seconds_by_test.items():
        tests[folder_of(name)] += 1
        seconds[folder_of(name)] += duration
    terminalreporter.section("time per folder")
    for folder, duration in longest_first(seconds):
        terminalreporter.write_line(f"{duration:8.1f} s {tests[folder]:5}  {folder}")
    total = sum(seconds.values())
    terminalreporter.write_line(f"{total:8.1f} s {tests.total():5}  in all")
    terminalreporter.section(f"the {SLOWEST} slowest tests")
    for name, duration in longest_first(seconds_by_test)[:SLOWEST]:
        terminalreporter.write_line(f"{duration:8.1f} s  {name}")


def longest_first(seconds: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(seconds.items(), key=itemgetter(1), reverse=True)


def folder_of(name: str) -> str:
    """Return the folder of a test's name, at most `MAX_DEPTH` levels deep."""
    path = name.partition("::")[0]
    return "/".join(path.split("/")[:-1][:MAX_DEPTH])
