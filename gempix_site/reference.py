"""Write `docs/settings.md` and `.env.sample` from the readers in `settings.py`: `make settings`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from gempix_site.env import Setting

PAGE = """\
# Settings

Generated from `gempix_site/settings.py` by `make settings`.

Put settings into a file named `.env` in the project's folder (`.env.sample` is a template), or into
the environment, which wins over `.env`. `<NAME>_FILE=/path/to/file` reads the value from a file,
which keeps a secret out of both. An empty value counts as unset. A restart applies a change.

An invalid value, or values that do not fit together, stop the start with a message that names the
setting. A misspelled `GEMPIX_*` name is reported at the start with the name that it resembles.
`manage.py check` shows the same messages without starting anything.
"""

SAMPLE = """\
# Settings of GemPix Studio. Copy this file to .env, uncomment what you change, and restart.
# The environment wins over .env. Each value can also come from a file: <NAME>_FILE=/path/to/file.
# The value shown is the default. An invalid value stops the start with a message.
# Generated from gempix_site/settings.py by `make settings`.
"""


def settings_page(settings: Iterable[Setting]) -> str:
    """Return the page with one table per section."""
    parts = [PAGE]
    for section, group in groupby(settings, attrgetter("section")):
        parts.append(f"\n## {section}\n\n| Setting | Default | Value | Meaning |")
        parts.append("\n| --- | --- | --- | --- |\n")
        parts.extend(_row(setting) for setting in group)
    return "".join(parts)


def env_sample(settings: Iterable[Setting]) -> str:
    """Return the template for `.env`; every setting is commented out."""
    parts = [SAMPLE]
    for section, group in groupby(settings, attrgetter("section")):
        parts.append(f"\n# --- {section} ".ljust(99, "-") + "\n")
        for setting in group:
            about = textwrap.wrap(_with_value(setting), 96, break_on_hyphens=False)
            parts.append("\n" + "".join(f"# {line}\n" for line in about))
            parts.append(f"# {setting.name}={setting.default}\n")
    return "".join(parts)


def _row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else ""
    return f"| `{setting.name}` | {default} | {setting.must_be} | {setting.about} |\n"


def _with_value(setting: Setting) -> str:
    """Add what the value must be, where that says more than that it is text or a list."""
    if setting.must_be == "text":
        return setting.about
    return f"{setting.about} Must be {setting.must_be}."


def main() -> None:
    from gempix_site.settings import BASE_DIR, env

    settings = list(env.documented.values())
    (BASE_DIR / "docs" / "settings.md").write_text(settings_page(settings), encoding="utf-8")
    (BASE_DIR / ".env.sample").write_text(env_sample(settings), encoding="utf-8")


if __name__ == "__main__":
    main()
