"""What must be true before anything starts: a writable folder, free ports, tables, cache, files.

Each step raises `CannotStart` with a sentence that names the setting to change.
"""

from __future__ import annotations

import errno
import hashlib
import inspect
import logging
import socket
import tempfile
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string

from generator import redis_cache
from generator.supervisor.locks import CannotStart

log = logging.getLogger(__name__)

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


def reachable(bind: str) -> str:
    """Return the host at which this machine reaches a server bound to `bind`."""
    return ANY_ADDRESS.get(bind, bind)


def netloc(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def data_folder(folder: Path) -> None:
    """Create the folder, with access for its owner only, and try to write to it. If it exists, take
    other accounts' access away."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"gempix")
            file.flush()
    except OSError as error:
        raise CannotStart(
            f"the data folder {folder} (GEMPIX_DATA_DIR) is not writable: {error.strerror}."
        ) from None
    _keep_private(folder)


def _keep_private(folder: Path) -> None:
    """Close the folder, and what lies directly in it, to other accounts of this machine. Deeper
    files are behind their folder."""
    opened = []
    for path in (folder, *folder.iterdir()):
        mode = path.lstat().st_mode
        if path.is_symlink() or not mode & 0o077:
            continue
        try:
            path.chmod(0o700 if path.is_dir() else 0o600)
            opened.append(path.name)
        except OSError as error:
            log.warning("other accounts of this machine may read %s: %s", path, error.strerror)
    if opened:
        log.warning(
            "other accounts of this machine could read %s (GEMPIX_DATA_DIR); not any more", folder
        )


def wants_sandbox() -> bool:
    """Return whether the sandbox may be needed: a key saved in Settings can be removed."""
    return not settings.GEMPIX_API_KEY


def images_volume() -> None:
    """Check that the data folder holds the images that the database knows."""
    from generator.services import file_audit

    try:
        file_audit.check_volume()
    except file_audit.VolumeMissing as error:
        raise CannotStart(str(error)) from None
    finally:
        connections.close_all()


def ports() -> None:
    """Check that the web server and the sandbox will get their ports."""
    free_port(settings.GEMPIX_BIND, settings.GEMPIX_PORT, "GEMPIX_PORT")
    if wants_sandbox():
        if settings.GEMPIX_SANDBOX_PORT == settings.GEMPIX_PORT:
            raise CannotStart("GEMPIX_SANDBOX_PORT and GEMPIX_PORT must be different ports.")
        free_port("127.0.0.1", settings.GEMPIX_SANDBOX_PORT, "GEMPIX_SANDBOX_PORT")


def free_port(bind: str, port: int, setting: str) -> None:
    """Raise `CannotStart` unless a server could listen on this port now.

    Without SO_REUSEPORT, because with it the port of another gunicorn would seem free; with
    SO_REUSEADDR, because without it our own last connections would seem to hold the port. The
    connection attempt is for systems that let two servers bind one port at different addresses.
    """
    place = netloc(bind, port)
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            bind, port, type=socket.SOCK_STREAM
        )[0]
    except OSError:
        raise CannotStart(f"GEMPIX_BIND must be an address of this machine, not {bind}.") from None
    with closing(socket.socket(family, kind, protocol)) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
        except PermissionError:
            raise CannotStart(
                f"port {port} needs more rights than this user has; "
                f"choose one above 1023 with {setting}."
            ) from None
        except OSError as error:
            raise CannotStart(_not_bound(place, port, setting, error)) from None
    with closing(socket.socket(family, kind, protocol)) as probe:
        probe.settimeout(1)
        if probe.connect_ex((reachable(bind), port)) == 0:
            raise CannotStart(_in_use(place, port, setting))


def _not_bound(place: str, port: int, setting: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _in_use(place, port, setting)
    return f"cannot listen on {place} ({error.strerror}); check GEMPIX_BIND and {setting}."


def _in_use(place: str, port: int, setting: str) -> str:
    return f"port {port} is in use ({place}); stop what uses it, or choose another with {setting}."


def database() -> None:
    """Bring the tables up to date."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except CommandError as error:
        raise CannotStart(str(error)) from None
    except DatabaseError as error:
        # Down, damaged, without the right to create tables: the database says which.
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise CannotStart(f"the database cannot be used (DATABASE_URL): {reason}") from None
    finally:
        connections.close_all()


def hold() -> None:
    """Pause generating before anything can be sent."""
    from generator.services import holds

    holds.hold_at_start()


def cache() -> None:
    """Check that Redis, if there is one, takes our requests. Its absence is only told: after a
    reboot it may come later than the studio, which runs without it."""
    try:
        redis_cache.check()
    except redis_cache.CacheRefuses as error:
        raise CannotStart(f"Redis refuses to be the cache (REDIS_URL): {error}") from None
    except redis_cache.CacheAway as error:
        log.warning(
            "Redis cannot be reached (REDIS_URL): %s. The studio runs without it, only slower; "
            "correct REDIS_URL or leave it empty.",
            error,
        )


def static_files() -> None:
    """Collect static files, unless nothing has changed since the last time."""
    stamp = Path(settings.GEMPIX_DATA_DIR) / "static.stamp"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    fingerprint = _fingerprint()
    if manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    """Return a digest that changes with any static file and with the code that bundles them."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    bundler = inspect.getfile(import_string(settings.STORAGES["staticfiles"]["BACKEND"]))
    digest.update(Path(bundler).read_bytes())
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
