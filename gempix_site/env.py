"""Strict readers for settings: a value is right, or the start stops with one sentence.

A setting comes from the environment, from a `.env` file in the project's root (the environment
wins), or, for secrets, from the file that `<NAME>_FILE` names.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environs
from django.core.exceptions import ImproperlyConfigured

HOST_PORT = re.compile(r"^(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})$")


class InvalidSetting(ImproperlyConfigured):
    """A setting that cannot be used; its text names the variable and what it should be."""


class Settings:
    """Reads settings from the environment and `.env`; every reader raises `InvalidSetting`."""

    def __init__(self, dotenv: Path) -> None:
        self._env = environs.FileAwareEnv()
        if dotenv.is_file():
            self._env.read_env(str(dotenv), recurse=False)

    def _read(self, kind: str, name: str, default: Any, expected: str) -> Any:
        try:
            return getattr(self._env, kind)(name, default)
        except (environs.EnvError, ValueError) as error:
            if isinstance(error, FileNotFoundError) or "_FILE" in str(error):
                raise InvalidSetting(f"{name}_FILE: {error}") from None
            # The value itself is left out: it may be a secret in the wrong variable.
            raise InvalidSetting(f"{name} must be {expected}.") from None

    def text(self, name: str, default: str = "") -> str:
        return str(self._read("str", name, default, "text")).strip()

    def switch(self, name: str, default: bool) -> bool:
        raw = self.text(name)
        words = {"on": True, "true": True, "yes": True, "1": True}
        words |= {"off": False, "false": False, "no": False, "0": False, "": default}
        if raw.lower() not in words:
            raise InvalidSetting(f"{name} must be on or off.")
        return words[raw.lower()]

    def integer(self, name: str, default: int, least: int = 0, most: int = 2**31) -> int:
        expected = f"a whole number from {least} to {most}"
        value = int(self._read("int", name, default, expected))
        if not least <= value <= most:
            raise InvalidSetting(f"{name} must be {expected}.")
        return value

    def seconds(self, name: str, default: float, least: float = 0.05) -> float:
        expected = f"a number of seconds, {least} or more"
        value = float(self._read("float", name, default, expected))
        if not least <= value < 10**9:
            raise InvalidSetting(f"{name} must be {expected}.")
        return value

    def level(self, name: str, default: str) -> str:
        """A level of the logging module, upper case."""
        value = self.text(name, default).upper()
        if value not in logging.getLevelNamesMapping():
            raise InvalidSetting(f"{name} must be DEBUG, INFO, WARNING, ERROR or CRITICAL.")
        return value

    def time_zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            zoneinfo.ZoneInfo(value)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            raise InvalidSetting(f"{name} must be a time zone such as Europe/Berlin.") from None
        return value

    def items(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        raw = self.text(name)
        return [item.strip() for item in raw.split(",") if item.strip()] or list(default)

    def host_ports(self, name: str) -> frozenset[str]:
        """`host:port,…`, lower case; IPv6 hosts stand in brackets."""
        found = self.items(name)
        for item in found:
            match = HOST_PORT.match(item)
            if not match or not 0 < int(match["port"]) < 65536:
                raise InvalidSetting(f"{name} must be a list such as 127.0.0.1:8001,lab:9000.")
        return frozenset(item.lower() for item in found)

    def url(self, name: str, default: str = "") -> str:
        """An http(s) address without a trailing slash, or the empty default."""
        raw = self.text(name, default)
        if not raw:
            return ""
        try:
            parts = urlsplit(raw)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise InvalidSetting(f"{name} must be an address such as https://studio.example.org.")
        return raw.rstrip("/")

    def database(self, name: str, default: dict[str, Any]) -> dict[str, Any]:
        if not self.text(name):
            return default
        try:
            return dict(self._env.dj_db_url(name))
        except (environs.EnvError, ValueError, KeyError):
            raise InvalidSetting(
                f"{name} must be an address such as postgresql://user:password@host:5432/name."
            ) from None


def kept_secret(path: Path) -> str:
    """The secret kept in this file; made once, with an owner-only file, when it is missing.

    Two processes that start at once agree: the file appears whole, under its name, only once.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
                f.write(secrets.token_urlsafe(50))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # another process was first: its secret is the one
            finally:
                draft.unlink()
        found = path.read_text().strip()
    except OSError as error:
        raise InvalidSetting(
            f"the data folder {path.parent} (GEMPIX_DATA_DIR) cannot be used: {error.strerror}."
        ) from None
    if not found:
        raise InvalidSetting(f"the secret key file {path} is empty; delete it or fill it.")
    return found
