"""Encrypting the API key."""

from __future__ import annotations

from typing import Any

from generator.services import encryption


def test_secret_is_decrypted_with_a_fallback_secret_key(settings: Any) -> None:
    sealed = encryption.encrypt("dk-live-0123456789abcdef")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the secret key after a rotation"
    assert encryption.decrypt(sealed) == "dk-live-0123456789abcdef"
