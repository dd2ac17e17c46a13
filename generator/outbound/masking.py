"""Making texts safe: mask secrets and image bytes, remove characters that break a column.

Every pattern is linear on hostile input: possessive quantifiers, and no two starts of a match can
run over the same characters.
"""

import logging
import re

# No word boundary in front: in a repr the key may follow an escape ("\ndk-…"), and masking the end
# of a harmless "sdk-…" does no damage.
_KEY = re.compile(r"dk-[\w.~+/=%-]++", re.IGNORECASE)
_BEARER = re.compile(r"(bearer(?:\s|%20|[+:=])++)[^\s\"'<>,;\\]++", re.IGNORECASE)
# The payload may span several lines, real or escaped, as long as they look like base64.
_DATA_URI = re.compile(
    r"(data:[\w.+/-]*+(?:;[^;,:\s\"'<>]*+)*+),"
    r"((?:[A-Za-z0-9+/=_%-]++|\\[rn]|[\r\n]++(?=[A-Za-z0-9+/=_-]{20}))++)",
    re.IGNORECASE,
)
_SLASH = r"(?:/|\\/|%2f)"
_CALLBACK = re.compile(rf"({_SLASH}callbacks{_SLASH}[\w.~-]++{_SLASH})[\w.~=-]++", re.IGNORECASE)
# Control characters except tab and newline (PostgreSQL rejects NUL), and the marks that change the
# direction of text, with which untrusted text could disguise our pages.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def mask(text: str) -> str:
    """Replace API keys, bearer tokens, callback tokens and the bytes of data URIs in `text`.

    A data URI keeps its type and shows its size: `data:image/png;base64,[123 kB]`. Masking twice
    changes nothing more. Never raises; the time grows linearly with the text.
    """
    text = _DATA_URI.sub(_masked_data_uri, text)
    text = _BEARER.sub(r"\1[masked]", text)
    text = _KEY.sub("dk-[masked]", text)
    return _CALLBACK.sub(r"\1[masked]", text)


def _masked_data_uri(match: re.Match[str]) -> str:
    head, payload = match.group(1), match.group(2)
    encoded = head.lower().endswith(";base64")
    if not encoded and not head.lower().startswith("data:image/"):
        return match.group(0)
    size = len(payload) * 3 // 4 if encoded else len(payload)
    shown = f"{size} B" if size < 1000 else f"{size / 1000:.0f} kB"
    return f"{head},[{shown}]"


def clean(text: str, limit: int) -> str:
    """Return `text` without control characters (tab and newline stay), cut at `limit` characters.

    Lone surrogates become U+FFFD: they cannot be encoded, and so neither stored nor sent.
    """
    # Untrusted text may be megabytes long; rarely more than half of it is removed.
    printable = _UNWANTED.sub("", text[: limit * 2])
    return _SURROGATE.sub("\ufffd", printable).strip()[:limit]


class MaskingFilter(logging.Filter):
    """Masks whatever a log handler is about to write. Attach it to every handler.

    To the handler and not to a logger: a logger's filters do not see what its children log. The
    record loses `args` (already in the message) and `exc_info` (already in `exc_text`), so that no
    later formatter can print either unmasked. Lets every record through.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask `record` in place; always return True."""
        try:
            message = record.getMessage()
        except Exception:  # a mistake in the log call must not print its arguments unmasked
            message = f"{record.msg} {record.args!r} [not formatted]"
        record.msg, record.args = mask(message), ()
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True
