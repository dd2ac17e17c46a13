"""The upstream's models as data: what each one accepts and its list price; how to format credits.

Imports settings alone. The vendor has no call that lists its models, so the list is maintained
here. `GEMPIX_MODELS` names the ones that members may choose, in order; the first is the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

# Seen on the vendor's call for the nano-banana and gemini image families.
RATIOS = ("auto", "1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "21:9")
# Seen for two of them. Only the vendor's charge shows what the larger ones cost.
SIZES = ("1k", "2k", "4k")


@dataclass(frozen=True, slots=True)
class ImageModel:
    """One model; `price_credits` is the list price of one image."""

    id: str
    label: str
    price_credits: Decimal
    hint: str = ""
    ratios: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()


MODELS = {
    model.id: model
    for model in (
        ImageModel("google/gempix2", "Nano Banana", Decimal("0.5"), "GemPix2"),
        ImageModel(
            "google/gemini-2.5-flash-image",
            "Gemini 2.5 Flash image",
            Decimal("0.4"),
            ratios=RATIOS,
        ),
        ImageModel("google/nano-banana", "Nano Banana (classic)", Decimal("0.5"), ratios=RATIOS),
        ImageModel(
            "google/nano-banana-2",
            "Nano Banana 2",
            Decimal("1"),
            ratios=RATIOS,
            sizes=SIZES,
        ),
        ImageModel(
            "google/nano-banana-pro",
            "Nano Banana Pro",
            Decimal("1.5"),
            ratios=RATIOS,
            sizes=SIZES,
        ),
        ImageModel(
            "google/gemini-3.1-flash-image-preview",
            "Gemini 3.1 Flash image (preview)",
            Decimal("0.5"),
            ratios=RATIOS,
        ),
    )
}

MAX_COUNT = 8
# In one press of Generate, over all its prompts.
MAX_IMAGES = 24
MAX_REFERENCES = 4
MAX_PROMPT_CHARACTERS = 10_000


def offered() -> list[ImageModel]:
    """Return the models that members may choose, in the operator's order.

    Unknown ids are skipped here and reported by a system check.
    """
    return [MODELS[name] for name in settings.GEMPIX_MODELS if name in MODELS]


def label(model_id: str) -> str:
    """Return a model's display name, or the bare id of one that is no longer in the catalog."""
    return MODELS[model_id].label if model_id in MODELS else model_id


def credits_text(value: Decimal | None) -> str:
    """Return `0.5`, `2.0`, `1.25`; *unknown* for None, a charge that was never reported."""
    if value is None:
        return _("unknown")
    whole, _point, fraction = f"{value:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"
