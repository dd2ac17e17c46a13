from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GeneratorConfig(AppConfig):
    name = "generator"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from generator import checks, taskqueue  # noqa: F401 - both register themselves on import
        from generator.models import statistics, triggers

        post_migrate.connect(triggers.install, sender=self, dispatch_uid="triggers")
        post_migrate.connect(statistics.refresh, sender=self, dispatch_uid="statistics")
