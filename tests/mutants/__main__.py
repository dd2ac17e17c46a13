"""Break the product in one place at a time, and see the test fail that stands for that place.

Each mutant of `table.MUTANTS` is applied to a copy of the checkout, and only its own tests run
there: the table claims which test catches what, and this proves the claim. A mutant that survives,
a snippet that is no longer in its file, and a test that no longer exists are all failures.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from generator.web import assets
from tests.mutants.table import MUTANTS, Mutant
from tests.stack import ROOT

BUDGET_SECONDS = 600
# One mutant may make its test wait for something that never comes.
MUTANT_SECONDS = 120
# Most mutants are noticed by what does not come.
PATIENCE = 0.2
FAMILIES = ("GEMPIX_", "DJANGO_", "PYTEST_", "DATABASE_URL", "REDIS_URL", "TESTS_")
FAILURE = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    """How it went for one mutant; `test` is the first that failed, "" if none did."""

    mutant: Mutant
    seconds: float
    test: str = ""
    trouble: str = ""


def main() -> int:
    """Run every mutant whose name contains the argument; return the exit code."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    mutants = [mutant for mutant in MUTANTS if wanted in mutant.name]
    ends = time.monotonic() + BUDGET_SECONDS
    with tempfile.TemporaryDirectory(prefix="gempix-mutants-") as folder:
        root = Path(folder)
        untouched = prove(copy_checkout(root / "untouched"), [m.test for m in mutants], ends)
        if untouched.returncode:
            print(untouched.stdout[-4000:])
            print("mutants: the tests fail without a mutant")
            return 1
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = [pool.submit(judge, mutant, root, ends) for mutant in mutants]
            verdicts = []
            for run in runs:
                verdicts.append(run.result())
                print(sentence(verdicts[-1]), flush=True)
    caught = sum(bool(verdict.test) for verdict in verdicts)
    print(f"mutants: {caught} of {len(verdicts)} caught")
    return 0 if caught == len(verdicts) else 1


def judge(mutant: Mutant, root: Path, ends: float) -> Verdict:
    """Apply the mutant to a copy of the checkout below `root` and run its test there."""
    began = time.monotonic()
    copy = copy_checkout(Path(tempfile.mkdtemp(dir=root)) / "copy")
    if trouble := apply(mutant, copy):
        return Verdict(mutant, 0, trouble=trouble)
    try:
        done = prove(copy, [mutant.test], min(ends, began + MUTANT_SECONDS), PATIENCE)
    except subprocess.TimeoutExpired:
        return Verdict(mutant, time.monotonic() - began, trouble="not judged in time")
    finally:
        shutil.rmtree(copy.parent)
    took = time.monotonic() - began
    failure = FAILURE.search(done.stdout)
    # 1: tests ran and some failed. Anything else is a mistake in the table, not a catch.
    if done.returncode == 1 and failure:
        return Verdict(mutant, took, test=failure[1])
    trouble = "survived" if done.returncode == 0 else done.stdout[-2000:]
    return Verdict(mutant, took, trouble=trouble)


def apply(mutant: Mutant, copy: Path) -> str:
    """Change the file in this copy; return what is wrong with the mutant, "" if nothing is."""
    path = copy / mutant.file
    text = path.read_text()
    if text.count(mutant.old) != 1:
        return f"its text stands {text.count(mutant.old)} times in {mutant.file}"
    changed = text.replace(mutant.old, mutant.new)
    if path.suffix == ".py":
        compile(changed, mutant.file, "exec")
    path.write_text(changed)
    if path.suffix == ".js":
        load_sources(copy)
    return ""


def load_sources(copy: Path) -> None:
    """Let the pages of this copy load the scripts themselves: the built bundles have no mutant."""
    for name in filter(lambda name: name.endswith(".js"), assets.BUNDLES):
        imports = [f'import "../{source}";\n' for source in assets.sources(name)]
        (copy / "static" / assets.BUILT / name).write_text("".join(imports))


def copy_checkout(copy: Path) -> Path:
    """Copy every file that git knows or does not ignore, and return the copy."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listing.split("\0")):
        if (ROOT / name).is_file():  # not one that was deleted and is not committed yet
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy


def prove(
    copy: Path, tests: list[str], ends: float, patience: float = 1
) -> subprocess.CompletedProcess[str]:
    """Run these tests in a copy of the checkout until the first failure; `patience` shortens the
    bounds of what they wait for.

    Raises `subprocess.TimeoutExpired` at `ends`, on the monotonic clock.
    """
    runners = "0" if len(tests) == 1 else "4"
    arguments = [*dict.fromkeys(tests), "-n", runners, "-q", "-x", "-p", "no:cacheprovider"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(FAMILIES)}
    environment["TESTS_PATIENCE"] = str(patience)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=copy,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=max(0.1, ends - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, output)


def sentence(verdict: Verdict) -> str:
    mark, by = ("caught  ", verdict.test) if verdict.test else ("SURVIVED", verdict.trouble)
    return f"{mark} {verdict.seconds:5.1f} s  {verdict.mutant.name}: {by}"


if __name__ == "__main__":
    sys.exit(main())
