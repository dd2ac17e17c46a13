"""Changing the tables: by one process at a time, and never by an older version."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from generator.models import Gate, MonthCount, User, triggers
from generator.services import holds
from generator.supervisor import preflight
from generator.supervisor.locks import CannotStart
from tests.images import make_image
from tests.stack import ROOT, Stack, footing


@pytest.fixture
def newer_tables() -> None:
    """As if version 9.9.0 had been here."""
    holds.read()
    Gate.objects.update(version="9.9.0")
    MigrationRecorder.Migration.objects.create(app="generator", name="0999_think_ahead")


@pytest.mark.django_db
@pytest.mark.usefixtures("newer_tables")
def test_older_version_does_not_start_on_newer_tables() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("migrate", verbosity=0)
    sentence = str(refused.value)
    assert "last used by GemPix Studio 9.9.0. This is GemPix Studio 0." in sentence
    assert "0999_think_ahead" in sentence
    assert "restore the backup" in sentence
    with pytest.raises(CannotStart, match=r"9\.9\.0"):
        preflight.database()


@pytest.mark.django_db
def test_version_that_migrated_is_remembered() -> None:
    holds.read()
    Gate.objects.update(version="0.1.0")
    call_command("migrate", verbosity=0)
    assert Gate.objects.get().version == settings.GEMPIX_VERSION


@pytest.mark.django_db
@pytest.mark.both_databases("models.triggers")
def test_changed_triggers_reach_an_existing_installation(owner: User) -> None:
    """As if an earlier version had counted nothing, by a trigger that has another name today."""
    if connection.vendor == "sqlite":
        nothing = "AFTER INSERT ON generator_image BEGIN SELECT 1; END"
        commands = [
            "DROP TRIGGER generator_image_counted",
            f"CREATE TRIGGER generator_image_counted {nothing}",
            f"CREATE TRIGGER generator_image_of_old {nothing}",
        ]
    else:
        body = "LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
        commands = [
            f"CREATE OR REPLACE FUNCTION generator_count_image() RETURNS trigger {body}",
        ]
    with connection.cursor() as cursor:
        for command in commands:
            cursor.execute(command)
    make_image(owner)
    assert MonthCount.objects.count() == 0
    triggers.install()
    make_image(owner)
    assert MonthCount.objects.count() == 1
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            assert {name for (name,) in cursor.fetchall()} == set(triggers.SQLITE)


@pytest.mark.both_databases("services.upgrades")
def test_two_processes_that_migrate_at_once_both_succeed(tmp_path: Path) -> None:
    with footing() as places:
        stack = Stack(tmp_path / "data", **places)
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        processes = [
            subprocess.Popen(
                command, cwd=ROOT, env=stack.environment, stderr=subprocess.PIPE, text=True
            )
            for _ in range(3)
        ]
        complaints = [process.communicate(timeout=120)[1] for process in processes]
        assert [process.returncode for process in processes] == [0] * 3, complaints


def test_damaged_database_is_a_sentence(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data")
    stack.folder.mkdir()
    (stack.folder / "studio.sqlite3").write_bytes(b"no database" * 500)
    done = subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=stack.environment | {"DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert (
        "gempix: the database cannot be used (DATABASE_URL): file is not a database" in done.stderr
    )
    assert "Traceback" not in done.stderr
