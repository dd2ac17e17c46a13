"""Secrets at rest: encrypted with a key derived from the installation's secret key."""

from __future__ import annotations

import base64
import logging

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

log = logging.getLogger(__name__)


def encrypt(secret: str) -> str:
    """Return the secret, encrypted for the database."""
    return _fernet().encrypt(secret.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the secret; empty if it was encrypted under a secret key that is gone."""
    try:
        return _fernet().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        log.error("a saved secret cannot be decrypted: the installation's secret key has changed")
        return ""


def _fernet() -> MultiFernet:
    """Encrypt with the newest key; older ones (`SECRET_KEY_FALLBACKS`) still decrypt."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gempix secrets at rest")
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))
