"""Root addresses: the studio's, and allauth's account pages that we use."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("generator.urls")),
]
