"""`launch`: the Python of the project, set up by itself. Its lock files are empty here, so that
pip has nothing to fetch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TOOLS = ("sh", "dirname", "cat", "cksum", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a space in its path, a launcher, and nothing to install."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    shutil.copy(ROOT / "launch", folder)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (folder / name).write_text("# nothing\n")
    return folder


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
    """Exit code, output, errors."""
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


def test_first_start_sets_up_and_the_second_only_starts(checkout: Path) -> None:
    code, output, errors = launch(checkout, *say("hello"))
    assert (code, output) == (0, "hello True")
    assert "making the virtual environment" in errors
    # A second set-up would need a Python and pip; neither is there any more.
    shutil.rmtree(next((checkout / ".venv" / "lib").glob("python*/site-packages/pip")))
    began = time.monotonic()
    assert launch(checkout, *say("again"), PYTHON="/nowhere") == (0, "again True", "")
    assert time.monotonic() - began < 5


def test_changed_lock_is_installed_and_tests_hold_what_a_run_needs(checkout: Path) -> None:
    assert launch(checkout, "--dev", *say("tests"))[:2] == (0, "tests True")
    assert launch(checkout, *say("run")) == (0, "run True", "")
    (checkout / "requirements.lock").write_text("# something else\n")
    assert launch(checkout, *say("run")) == (
        0,
        "run True",
        "gempix: installing the pinned packages",
    )


def test_interrupted_set_up_heals_at_the_next_start(checkout: Path) -> None:
    first = start(checkout, *say("first"))
    ends = time.monotonic() + 60
    while not (checkout / ".venv" / "bin" / "python").exists():
        assert time.monotonic() < ends
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    code, output, errors = launch(checkout, *say("second"))
    assert (code, output) == (0, "second True"), errors


def test_two_starts_at_once_make_one_set_up(checkout: Path) -> None:
    both = [start(checkout, *say("hello")) for _ in range(2)]
    results = [process.communicate(timeout=120) for process in both]
    assert [output for output, _ in results] == ["hello True\n"] * 2
    errors = "".join(errors for _, errors in results)
    assert errors.count("making the virtual environment") == 1
    assert errors.count("another set-up is at work") == 1


def test_old_python_gets_a_sentence(checkout: Path) -> None:
    fake = fake_python(checkout, 'case "$2" in *3,*) exit 1 ;; esac; echo 3.9')
    code, _, errors = launch(checkout, PYTHON=fake)
    assert code != 0
    assert errors.startswith(f"gempix: Python 3.11 or newer is needed; {fake} is 3.9; install it")


def test_python_without_venv_gets_a_sentence(checkout: Path) -> None:
    fake = fake_python(checkout, 'case "$2" in *ensurepip*) exit 1 ;; esac; echo 3.11')
    code, _, errors = launch(checkout, PYTHON=fake)
    assert code != 0
    assert errors == (
        "gempix: Python's venv is missing; on Debian or Ubuntu: apt-get install python3.11-venv"
    )


def test_machine_without_python_gets_a_sentence(checkout: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    code, _, errors = launch(checkout, PYTHON="", PATH=str(tools))
    assert code != 0
    assert errors.startswith("gempix: Python 3.11 or newer is needed; install it")


def test_packages_that_cannot_be_had_get_a_sentence(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text("gempix-nowhere==1 --hash=sha256:" + "0" * 64)
    code, _, errors = launch(checkout, PIP_NO_INDEX="1")
    assert code != 0
    assert errors.splitlines()[-1] == (
        "gempix: the pinned packages could not be installed; is there a network? "
        "The next start tries again"
    )
