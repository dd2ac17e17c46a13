"""Parse a submit: the vendor's fields out of JSON, or the message that refuses it."""

import base64
import binascii
import json
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from generator.sandbox.painting.tints import tint_of_bytes, tint_of_url

# Credits per image, as in `generator/catalog.py`. The first two models are documented by the
# vendor; the others were observed.
PRICES = {
    "google/gempix2": Decimal("0.5"),
    "google/gemini-2.5-flash-image": Decimal("0.4"),
    "google/nano-banana": Decimal("0.5"),
    "google/nano-banana-2": Decimal("1"),
    "google/nano-banana-pro": Decimal("1.5"),
    "google/gemini-3.1-flash-image-preview": Decimal("0.5"),
}
MAX_IMAGES = 4
ASPECT_RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "21:9", "auto")
IMAGE_SIZES = ("1k", "2k", "4k")


class InvalidSubmission(Exception):
    """A submit that the vendor refuses with 400; the message is its ``detail``."""


@dataclass(frozen=True)
class Submission:
    """A valid submit. ``tints``: one color per reference, as ``#rrggbb``."""

    model: str
    prompt: str
    price: Decimal
    callback_url: str
    aspect_ratio: str
    image_size: str
    tints: tuple[str, ...]


def read_submission(body: bytes) -> Submission:
    """Return the submission in a request body. Raise `InvalidSubmission`."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidSubmission("request body is not valid JSON") from error
    if not isinstance(fields, dict):
        raise InvalidSubmission("request body must be a JSON object")
    prompt = fields.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise InvalidSubmission("prompt is required")
    model = fields.get("model")
    if not model:
        raise InvalidSubmission("model is required")
    if not isinstance(model, str) or model not in PRICES:
        raise InvalidSubmission(f"unknown model: {str(model)[:80]}")
    return Submission(
        model=model,
        prompt=prompt,
        price=PRICES[model],
        callback_url=_callback_url(fields),
        aspect_ratio=_choice(fields, "aspect_ratio", ASPECT_RATIOS),
        image_size=_choice(fields, "image_size", IMAGE_SIZES),
        tints=_tints(fields),
    )


def _choice(fields: dict[str, object], key: str, choices: tuple[str, ...]) -> str:
    if key not in fields:
        return ""
    value = fields[key]
    if not isinstance(value, str) or value.lower() not in choices:
        raise InvalidSubmission(f"{key} must be one of {', '.join(choices)}")
    return value.lower()


def _callback_url(fields: dict[str, object]) -> str:
    # The contract omits an unused key; null is a client's mistake.
    url = fields.get("callback_url", "")
    if url == "":
        return ""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not isinstance(url, str) or not usable:
        raise InvalidSubmission("callback_url must be an http or https URL")
    return url


def _tints(fields: dict[str, object]) -> tuple[str, ...]:
    images = fields.get("images", [])
    if not isinstance(images, list):
        raise InvalidSubmission("images must be an array")
    if len(images) > MAX_IMAGES:
        raise InvalidSubmission(f"at most {MAX_IMAGES} images are allowed")
    return tuple(_tint(image, number) for number, image in enumerate(images, start=1))


def _tint(image: object, number: int) -> str:
    if not isinstance(image, str) or not image.startswith(("http://", "https://", "data:image/")):
        raise InvalidSubmission(f"image {number} must be an http(s) URL or a data:image URI")
    if not image.startswith("data:"):
        return tint_of_url(image)
    head, _, payload = image.partition(",")
    try:
        data = base64.b64decode(payload, validate=True) if head.endswith(";base64") else b""
    except binascii.Error:
        data = b""
    if not data:
        raise InvalidSubmission(f"image {number} is not valid base64")
    return tint_of_bytes(data)
