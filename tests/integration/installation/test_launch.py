"""`launch`: the Python of the project, which it sets up. Its lock files are empty here, so that
pip has nothing to fetch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.waiting import until

pytestmark = pytest.mark.xdist_group("launch")
ROOT = Path(__file__).parents[3]
TOOLS = ("sh", "dirname", "cat", "cksum", "rm")


def make_checkout(parent: Path) -> Path:
    """Make a checkout with a space in its path, a launcher, and nothing to install."""
    folder = parent / "a checkout"
    folder.mkdir()
    shutil.copy(ROOT / "launch", folder)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text("# nothing\n")
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that was never started."""
    return make_checkout(tmp_path)


@dataclass(frozen=True)
class SetUp:
    folder: Path
    outputs: list[str]
    errors: str


@pytest.fixture(scope="module")
def first_set_up(tmp_path_factory: pytest.TempPathFactory) -> SetUp:
    """A checkout that was started twice at the same time."""
    folder = make_checkout(tmp_path_factory.mktemp("launch"))
    both = [start(folder, *say("hello")) for _ in range(2)]
    results = [process.communicate(timeout=120) for process in both]
    return SetUp(folder, [output for output, _ in results], "".join(error for _, error in results))


@pytest.fixture
def ready(first_set_up: SetUp, tmp_path: Path) -> Path:
    """A copy of the checkout that is set up."""
    return shutil.copytree(first_set_up.folder, tmp_path / "a checkout", symlinks=True)


def start(checkout: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [checkout / "launch", *arguments],
        env=os.environ | {"PYTHON": sys.executable} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def launch(checkout: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    """Return the exit code, the output and the errors."""
    process = start(checkout, *arguments, **environment)
    output, errors = process.communicate(timeout=120)
    return process.returncode, output.strip(), errors.strip()


def say(word: str) -> tuple[str, str]:
    return "-c", f"import sys; print({word!r}, sys.prefix != sys.base_prefix)"


def fake_python(folder: Path, script: str) -> str:
    fake = folder / "python-fake"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    return str(fake)


def test_two_first_starts_at_once_make_one_set_up(first_set_up: SetUp) -> None:
    assert first_set_up.outputs == ["hello True\n"] * 2
    assert first_set_up.errors.count("creating the virtual environment") == 1
    assert first_set_up.errors.count("another setup is running") == 1


def test_later_start_only_starts(ready: Path) -> None:
    # A second setup would need a Python and pip; neither is there any more.
    shutil.rmtree(next((ready / ".venv" / "lib").glob("python*/site-packages/pip")))
    assert launch(ready, *say("again"), PYTHON="/nowhere") == (0, "again True", "")


def test_changed_lock_is_installed_and_tests_hold_what_a_run_needs(ready: Path) -> None:
    assert launch(ready, "--dev", *say("tests"))[:2] == (0, "tests True")
    assert launch(ready, *say("run")) == (0, "run True", "")
    (ready / "requirements.lock").write_text("# something else\n")
    assert launch(ready, *say("run")) == (
        0,
        "run True",
        "gempix: installing the pinned packages",
    )


def test_interrupted_set_up_heals_at_the_next_start(checkout: Path) -> None:
    first = start(checkout, *say("first"))
    python = checkout / ".venv" / "bin" / "python"
    until(python.exists, "the setup is running")
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    code, output, errors = launch(checkout, *say("second"))
    assert (code, output) == (0, "second True"), errors


def test_old_python_is_reported(checkout: Path) -> None:
    fake = fake_python(checkout, 'case "$2" in *3,*) exit 1 ;; esac; echo 3.9')
    code, _, errors = launch(checkout, PYTHON=fake)
    assert code != 0
    assert errors.startswith(f"gempix: Python 3.11 or newer is required; {fake} is 3.9; install it")


def test_python_without_venv_is_reported(checkout: Path) -> None:
    fake = fake_python(checkout, 'case "$2" in *ensurepip*) exit 1 ;; esac; echo 3.11')
    code, _, errors = launch(checkout, PYTHON=fake)
    assert code != 0
    assert errors == (
        "gempix: Python's venv is missing; on Debian or Ubuntu: apt-get install python3.11-venv"
    )


def test_missing_python_is_reported(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    code, _, errors = launch(checkout, PYTHON="", PATH=str(tools))
    assert code != 0
    assert errors.startswith("gempix: Python 3.11 or newer is required; install it")


def test_packages_that_cannot_be_installed_are_reported(ready: Path) -> None:
    (ready / "requirements.lock").write_text("gempix-nowhere==1 --hash=sha256:" + "0" * 64)
    code, _, errors = launch(ready, PIP_NO_INDEX="1")
    assert code != 0
    assert errors.splitlines()[-1] == (
        "gempix: could not install the pinned packages; "
        "check the network connection and start again"
    )
