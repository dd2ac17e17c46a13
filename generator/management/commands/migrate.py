"""`manage.py migrate`: Django's, by one process at a time, and never for newer tables."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate

from generator.services import upgrades


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with upgrades.lock():
                upgrades.refuse_newer_tables()
                super().handle(*args, **options)
                if not options["app_label"]:
                    upgrades.remember_version()
        except upgrades.CannotMigrate as error:
            raise CommandError(str(error)) from None
