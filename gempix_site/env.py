"""Strict readers for settings: a value is valid, or the start stops with one sentence.

A setting comes from the environment, from `.env` in the project's root (the environment wins), or
from the file that `<NAME>_FILE` names. An empty value counts as unset.

Every reader also records what it reads, for the documents (`gempix_site.reference`) and for the
check that reports unknown names.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
import secrets
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import dj_database_url
import environs
import redis
from django.core.exceptions import ImproperlyConfigured
from dotenv import dotenv_values

Value = TypeVar("Value")
Number = TypeVar("Number", int, float)

HOST_PORT = re.compile(r"^(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})$")
REDIS_PATH = re.compile(r"/?|/\d{1,5}")
SWITCH = {"on": True, "true": True, "yes": True, "1": True}
SWITCH |= {"off": False, "false": False, "no": False, "0": False}
# What a whole number counts, by the last word of the setting's name.
UNITS = {"BYTES": "number of bytes", "DAYS": "number of days", "PERCENT": "percentage"}
NO_LIMIT_SECONDS = 10**9
PREFIX = "GEMPIX_"
# Read by the Makefile and the tests, not by the studio.
TOOLS_NAMES = frozenset({"GEMPIX_CI"})


class InvalidSetting(ImproperlyConfigured):
    """A setting that cannot be used; its text names the variable and what it must be."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the documents say about one setting."""

    section: str
    name: str
    default: str
    must_be: str
    about: str


class Settings:
    """Read settings from the environment and `.env`; every reader raises `InvalidSetting`."""

    def __init__(self, dotenv: Path) -> None:
        self._env = environs.FileAwareEnv()
        self._names = set(os.environ)
        if dotenv.is_file():
            self._env.read_env(str(dotenv), recurse=False)
            self._names.update(dotenv_values(dotenv))
        self._section = ""
        self.documented: dict[str, Setting] = {}

    def section(self, title: str) -> None:
        """Begin a section of the documents."""
        self._section = title

    def unknown(self) -> dict[str, str]:
        """Return every `GEMPIX_*` name that no reader knows, with the closest known name or ""."""
        known = sorted([*self.documented, *(f"{name}_FILE" for name in self.documented)])
        ours = {name for name in self._names if name.upper().startswith(PREFIX)}
        return {
            name: _closest(name.upper(), known) for name in sorted(ours - TOOLS_NAMES - {*known})
        }

    def text(self, name: str, default: str = "", *, about: str, shown: str | None = None) -> str:
        return self._read(name, default, str, "text", about, shown)

    def switch(self, name: str, default: bool, *, about: str) -> bool:
        shown = "on" if default else "off"
        return self._read(name, default, lambda raw: SWITCH[raw.lower()], "on or off", about, shown)

    def integer(
        self,
        name: str,
        default: int,
        least: int = 0,
        most: int = 2**31,
        *,
        about: str,
        shown: str | None = None,
    ) -> int:
        unit = UNITS.get(name.rpartition("_")[2], "number")
        must_be = f"a whole {unit} from {least} to {most}"
        return self._read(
            name, default, lambda raw: _between(int(raw), least, most), must_be, about, shown
        )

    def seconds(
        self,
        name: str,
        default: float,
        *,
        most: float = NO_LIMIT_SECONDS,
        about: str,
    ) -> float:
        least = 0.05
        span = f", {least} or more" if most == NO_LIMIT_SECONDS else f" from {least} to {most}"
        return self._read(
            name,
            default,
            lambda raw: _between(float(raw), least, most),
            f"a number of seconds{span}",
            about,
        )

    def level(self, name: str, default: str, *, about: str) -> str:
        """A level of the logging module, upper case."""
        must_be = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
        return self._read(name, default, _log_level, must_be, about)

    def time_zone(self, name: str, default: str, *, about: str) -> str:
        must_be = "a time zone such as Europe/Berlin"
        return self._read(name, default, lambda raw: zoneinfo.ZoneInfo(raw).key, must_be, about)

    def items(self, name: str, default: tuple[str, ...] = (), *, about: str) -> list[str]:
        shown = ",".join(default)
        must_be = "a comma-separated list"
        return self._read(
            name, list(default), lambda raw: _items(raw) or list(default), must_be, about, shown
        )

    def host_ports(self, name: str, *, about: str) -> frozenset[str]:
        """`host:port,…`, lower case; IPv6 hosts are in brackets."""
        must_be = "a list such as 127.0.0.1:8001,lab:9000"
        return self._read(name, frozenset(), _host_ports, must_be, about, "")

    def url(self, name: str, default: str = "", *, about: str) -> str:
        """An http(s) URL without a trailing slash, or the empty default."""
        return self._read(name, default, _url, "a URL such as https://studio.example.org", about)

    def database(self, name: str, default: dict[str, Any], *, about: str) -> dict[str, Any]:
        must_be = "a URL such as postgresql://user:password@host:5432/name"
        return self._read(
            name, default, lambda raw: dict(dj_database_url.parse(raw)), must_be, about, ""
        )

    def redis(self, name: str, *, about: str) -> str:
        """The URL of a Redis database."""
        must_be = "a URL such as redis://host:6379/0"
        return self._read(name, "", _redis, must_be, about)

    def _read(
        self,
        name: str,
        default: Value,
        parse: Callable[[str], Value],
        must_be: str,
        about: str,
        shown: str | None = None,
    ) -> Value:
        """Return the value, or the default for an empty one; `shown` is its default in words."""
        shown = str(default) if shown is None else shown
        self.documented[name] = Setting(self._section, name, shown, must_be, about)
        try:
            raw = self._env.str(name, "").strip()
        except ValueError:
            raise InvalidSetting(f"{name}_FILE must name a text file that can be read.") from None
        try:
            return parse(raw) if raw else default
        except (ValueError, KeyError, OSError):
            # The value itself is left out: it may be a secret in the wrong variable.
            raise InvalidSetting(f"{name} must be {must_be}.") from None


def _closest(name: str, known: list[str]) -> str:
    """Return the known name that this one resembles, or "". The prefix makes none alike."""
    by_rest = {other.removeprefix(PREFIX): other for other in known}
    rests = difflib.get_close_matches(name.removeprefix(PREFIX), by_rest, n=1)
    return by_rest[rests[0]] if rests else ""


def _between(number: Number, least: float, most: float) -> Number:
    if not least <= number <= most:
        raise ValueError
    return number


def _log_level(raw: str) -> str:
    if raw.upper() not in logging.getLevelNamesMapping():
        raise ValueError
    return raw.upper()


def _items(raw: str) -> list[str]:
    return [item.strip() for item in raw.split(",") if item.strip()]


def _host_ports(raw: str) -> frozenset[str]:
    items = _items(raw)
    for item in items:
        match = HOST_PORT.match(item)
        if not match or not 0 < int(match["port"]) < 65536:
            raise ValueError
    return frozenset(item.lower() for item in items)


def _url(raw: str) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    return raw.rstrip("/")


def _redis(raw: str) -> str:
    """Return the URL if Redis's own reader understands all of it. It ignores a database that is no
    number, and takes this machine for a missing host."""
    parts = urlsplit(raw)
    if parts.scheme == "unix":
        if not parts.path.strip("/"):
            raise ValueError
    elif not parts.hostname or not REDIS_PATH.fullmatch(parts.path) or parts.port == 0:
        raise ValueError
    try:
        redis.ConnectionPool.from_url(raw).make_connection()
    except TypeError:  # an option that no connection has
        raise ValueError from None
    return raw


def stored_secret(path: Path) -> str:
    """Return the secret in this file; create it, readable by its owner only, if it is missing.

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
        secret = path.read_text().strip()
    except OSError as error:
        raise InvalidSetting(
            f"the data folder {path.parent} (GEMPIX_DATA_DIR) cannot be used: {error.strerror}."
        ) from None
    if not secret:
        raise InvalidSetting(f"the secret key file {path} is empty; delete it or fill it.")
    return secret
