"""JSON of an untrusted sender. No I/O."""

import json
import re
from decimal import Decimal

from generator.upstream.errors import BadAnswer

# Pairs and other escapes are matched too, to distinguish a lone half from half of a pair, and from
# an escaped backslash that happens to precede a "u".
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


def load_json(raw: bytes) -> object:
    """Return the value in `raw`: UTF-8, with or without BOM; numbers with a point become Decimal.

    Half surrogate pairs become U+FFFD: a reason cut inside an emoji must not hide the image beside
    it. Raise BadAnswer for anything else that is wrong: charset, syntax, nesting, NaN, integers of
    thousands of digits.
    """
    try:
        text = raw.decode("utf-8-sig")
        if "\\u" in text:
            text = _ESCAPE.sub(_without_lone_half, text)
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise BadAnswer(f"no JSON: {type(error).__name__}: {str(error)[:200]}") from error


def _without_lone_half(match: re.Match[str]) -> str:
    return "\\ufffd" if match["lone"] else match[0]


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
