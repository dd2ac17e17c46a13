#!/usr/bin/env python
"""Django's command line for GemPix Studio."""

import os
import sys


def main() -> None:
    os.umask(0o077)  # what is written is for this account alone; child processes inherit it
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gempix_site.settings")
    from gempix_site.env import InvalidSetting

    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except InvalidSetting as error:
        # The operator needs the sentence, not a traceback.
        sys.exit(f"gempix: {error}")


if __name__ == "__main__":
    main()
