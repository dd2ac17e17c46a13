"""Root addresses: the studio's, and allauth's account pages that we use."""

from django.urls import include, path

handler500 = "generator.views.errors.server_error"

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("generator.urls")),
]
