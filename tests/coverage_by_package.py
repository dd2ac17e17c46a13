"""Prints the lines and branches of `generator/` that `make coverage` met, by package."""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass

from coverage import Coverage
from coverage.results import Numbers

from tests.stack import ROOT


@dataclass
class Total:
    """Sums over the modules of a package."""

    lines: int = 0
    lines_covered: int = 0
    branches: int = 0
    branches_covered: int = 0

    def add(self, numbers: Numbers) -> None:
        self.lines += numbers.n_statements
        self.lines_covered += numbers.n_executed
        self.branches += numbers.n_branches
        self.branches_covered += numbers.n_executed_branches

    def __str__(self) -> str:
        lines, branches = (
            f"{part:6} of {whole:6} {name} {share(part, whole)}"
            for name, part, whole in (
                ("lines", self.lines_covered, self.lines),
                ("branches", self.branches_covered, self.branches),
            )
        )
        return lines + branches


def share(part: int, whole: int) -> str:
    return f"{part / whole:7.2%}" if whole else "      –"


def main() -> None:
    """Print a line per package and one for all; with an argument, also each module's gaps."""
    data = Coverage()
    data.load()
    totals: defaultdict[str, Total] = defaultdict(Total)
    for file in sorted(data.get_data().measured_files()):
        path = file.removeprefix(f"{ROOT}/")
        if not path.startswith("generator/"):
            continue
        numbers = data._analyze(file).numbers
        parts = path.split("/")
        for name in (parts[1] if len(parts) > 2 else "(modules at the top)", "all"):
            totals[name].add(numbers)
        if len(sys.argv) > 1:
            missing = ", ".join(map(str, data.analysis2(file)[3]))
            print(f"{path}: {missing}" if missing else path)
    for name, total in sorted(totals.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        print(f"{name:22} {total}")


if __name__ == "__main__":
    main()
