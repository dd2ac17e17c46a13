"""Every address of the studio. Identifiers are UUIDs, integer keys never leave the server."""

from __future__ import annotations

from django.urls import path

from generator.views import (
    callbacks,
    compose,
    gallery,
    generate,
    health,
    images,
    jobs,
    people,
    settings,
)

app_name = "generator"

urlpatterns = [
    path("", generate.studio, name="studio"),
    path("batches/", generate.create, name="batches"),
    path("draft/", compose.draft, name="draft"),
    path("prompts/history/", compose.prompts, name="prompt-history"),
    path("references/upload/", compose.upload, name="reference-upload"),
    path("references/image/<uuid:pk>/", compose.preview, name="reference-image"),
    path("uploads/<uuid:pk>/", compose.upload_file, name="upload"),
    path("batches/<uuid:pk>/", jobs.batch, name="batch"),
    path("jobs/<uuid:pk>/", jobs.detail, name="job"),
    path("jobs/<uuid:pk>/timeline/", jobs.timeline, name="job-timeline"),
    path("jobs/<uuid:pk>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<uuid:pk>/recheck/", jobs.recheck, name="job-recheck"),
    path("jobs/<uuid:pk>/again/", jobs.send_again, name="job-again"),
    path("live/", jobs.live, name="live"),
    path("history/", jobs.history, name="history"),
    path("history/<str:username>/", jobs.history, name="member-history"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<str:username>/", gallery.gallery, name="member-gallery"),
    path("images/<uuid:pk>/", images.detail, name="image"),
    path("images/<uuid:pk>/file/", images.file, name="image-file"),
    path("images/<uuid:pk>/<int:width>.webp", images.thumbnail, name="image-thumbnail"),
    path("people/", people.people, name="people"),
    path("people/<uuid:pk>/active/", people.active, name="member-active"),
    path("settings/", settings.settings, name="settings"),
    path("settings/key/", settings.save_key, name="key"),
    path("settings/key/remove/", settings.remove_key, name="key-remove"),
    path("hold/pause/", settings.pause, name="hold-pause"),
    path("hold/release/", settings.release_hold, name="hold-release"),
    path("setup/<str:token>/", people.setup, name="setup"),
    path("callbacks/<uuid:pk>/<str:token>/", callbacks.callback, name="callback"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
