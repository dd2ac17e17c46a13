"""What each studio lays down at its first start, laid down once for all of a test run: collected
static files and, on SQLite, the tables. It is half of a start's work.

`tests/journeys/test_restarts.py` starts its studio without it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

# Where it is kept: set by tests/settings.py, for every runner of one run. Without it, nothing is.
PLACE = "TESTS_GROUNDWORK"
LAY = "from generator.supervisor import preflight; preflight.database(); preflight.static_files()"


def copy_to(folder: Path, environment: dict[str, str]) -> None:
    """Copy it into the data folder of a studio that was never started; `environment` is what a
    studio's processes get."""
    place = os.environ.get(PLACE)
    if place is None or folder.exists():
        return
    kept = Path(place)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _lay(kept, environment)
    folder.mkdir(mode=0o700, parents=True)
    shutil.copytree(kept / "static", folder / "static")
    shutil.copy2(kept / "static.stamp", folder)
    if "DATABASE_URL" not in environment:
        shutil.copy2(kept / "studio.sqlite3", folder)


def _lay(kept: Path, environment: dict[str, str]) -> None:
    draft = kept.with_suffix(".draft")
    ours = {k: v for k, v in environment.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", LAY],
        cwd=Path(__file__).parents[1],
        env=ours | {"GEMPIX_DATA_DIR": str(draft)},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=120,
    )
    draft.rename(kept)
