"""Root URLs: the studio's, and those of the allauth account pages that we use.

Password reset is not included because no email is sent; the sign-up page says that it is closed.
"""

from allauth.account import views as account
from django.urls import include, path

from generator.services import throttles
from generator.web.throttled import throttled

handler400 = "generator.views.errors.bad_request"
handler403 = "generator.views.errors.permission_denied"
handler404 = "generator.views.errors.not_found"
handler500 = "generator.views.errors.server_error"

urlpatterns = [
    path("accounts/login/", throttled(throttles.LOGIN, account.login), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path(
        "accounts/password/change/",
        throttled(throttles.PASSWORD_CHANGE, account.password_change),
        name="account_change_password",
    ),
    path(
        "accounts/reauthenticate/",
        throttled(throttles.REAUTHENTICATION, account.reauthenticate),
        name="account_reauthenticate",
    ),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("", include("generator.urls")),
]
