"""Every address of the studio. Identifiers are UUIDs, integer keys never leave the server."""

from __future__ import annotations

from django.urls import path

from generator.views import (
    albums,
    bulk,
    callbacks,
    files,
    gallery,
    generate,
    health,
    images,
    jobs,
    people,
    settings,
    trash,
    zips,
)

app_name = "generator"

urlpatterns = [
    path("", generate.studio, name="studio"),
    path("batches/", generate.create, name="batches"),
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
    path("images/<uuid:pk>/note/", images.note, name="image-note"),
    path("images/<uuid:pk>/used/", images.used, name="image-used"),
    path("images/<uuid:pk>/file/", files.original, name="image-file"),
    path("images/<uuid:pk>/<int:width>.webp", files.thumbnail, name="image-thumbnail"),
    path("bulk/", bulk.create, name="bulk"),
    path("bulk/matching/", bulk.matching, name="bulk-matching"),
    path("bulk/<uuid:pk>/", bulk.progress, name="bulk-progress"),
    path("bulk/<uuid:pk>/undo/", bulk.undo, name="bulk-undo"),
    path("collections/", albums.collections, name="collections"),
    path("collections/<uuid:pk>/", albums.collection, name="collection"),
    path("collections/<uuid:pk>/edit/", albums.edit, name="collection-edit"),
    path("collections/<uuid:pk>/move/", albums.move, name="collection-move"),
    path("collections/<uuid:pk>/cover/", albums.cover, name="collection-cover"),
    path("collections/<uuid:pk>/delete/", albums.delete, name="collection-delete"),
    path("collections/<uuid:pk>/restore/", albums.restore, name="collection-restore"),
    path("trash/", trash.trash, name="trash"),
    path("trash/empty/", trash.empty, name="trash-empty"),
    path("zip/", zips.download, name="zip"),
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
