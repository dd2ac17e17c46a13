"""One event, one line: how every process of the studio writes its log.

What strangers send ends up in log lines: paths, host names, a task's words, a reason to pause.
A line break in it must not begin a line that looks like another event, and an escape sequence must
not reach a terminal that shows the log.
"""

from __future__ import annotations

import logging
import re

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# The control characters (C0, C1, DEL), and what else ends a line or turns its direction.
ESCAPES = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        *(0x061C, 0x200E, 0x200F, 0x2028, 0x2029),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),  # lone surrogates, which no stream can encode
    )
} | {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
# Tracebacks have lines of their own. Each is set in, so that none can look like an event.
INDENT = "    "


def escape(text: str) -> str:
    """Return the text without control characters: each as the escape that Python would show."""
    return text.translate(ESCAPES)


class LineFormatter(logging.Formatter):
    """Writes an event as one line, and its traceback as further lines, each of them set in."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return escape(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        lines = [self.formatMessage(record)]
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        for text in (record.exc_text, record.stack_info):
            lines += [INDENT + escape(line) for line in (text or "").split("\n") if line]
        return "\n".join(lines)


class StrangersFilter(logging.Filter):
    """Makes one warning of what a stranger's request was refused for, such as a wrong host or too
    many fields: nothing of ours failed, so where it was noticed says nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        if record.name == "django.security.DisallowedHost":
            # The setting's name in this studio.
            record.msg = re.sub(r"\bALLOWED_HOSTS", "GEMPIX_ALLOWED_HOSTS", str(record.msg))
        return True
