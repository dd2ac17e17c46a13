"""`make bundles`: join and minify the bundles of `generator/web/assets.py` into `static/built/`.

Needs npm, which fetches the pinned esbuild; nothing else does. What each bundle was made of is kept
beside them, so that a unit test can say, without Node, whether they are up to date.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ESBUILD = "esbuild@0.28.2"
STATIC = Path(__file__).parents[1] / "static"
BUILT = STATIC / "built"
INPUTS = BUILT / "inputs.json"
OPTIONS = ("--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8")
# URLs in styles stay as they are: built files lie as deep in the tree as their sources.
EXTERNAL = "--external:*.svg"


def digest(inputs: list[str]) -> str:
    """Return a fingerprint of these files of `static/`, and of the tool that joins them."""
    whole = hashlib.sha256(" ".join((ESBUILD, *OPTIONS)).encode())
    for name in inputs:
        whole.update(f"\0{name}\0".encode() + (STATIC / name).read_bytes())
    return whole.hexdigest()


def build(bundle: str, files: list[str], folder: Path) -> list[str]:
    """Write a bundle and return the files of `static/` that it was made of."""
    line = '@import "./{}";' if bundle.endswith(".css") else 'import "./{}";'
    meta = folder / f"{bundle}.json"
    subprocess.run(
        [
            *("npm", "exec", "--yes", f"--package={ESBUILD}", "--", "esbuild", *OPTIONS, EXTERNAL),
            *(f"--loader={bundle.rpartition('.')[2]}", "--log-level=warning"),
            *(f"--outfile={BUILT / bundle}", f"--metafile={meta}"),
        ],
        cwd=STATIC,
        input="\n".join(line.format(name) for name in files),
        text=True,
        check=True,
    )
    return sorted(name for name in json.loads(meta.read_text())["inputs"] if name != "<stdin>")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    from generator.web import assets  # needs the settings

    if shutil.which("npm") is None:
        sys.exit("gempix: make bundles needs npm")
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir()
    made = {}
    with tempfile.TemporaryDirectory(prefix="gempix-bundles-") as folder:
        for bundle in assets.BUNDLES:
            inputs = build(bundle, assets.sources(bundle), Path(folder))
            made[bundle] = {"inputs": inputs, "sha256": digest(inputs)}
            print(f"{bundle}: {(BUILT / bundle).stat().st_size} bytes of {len(inputs)} files")
    INPUTS.write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
