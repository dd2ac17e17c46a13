"""Root URLs: the studio's, and those of the allauth account pages that we use.

Password reset is not included because no email is sent; the sign-up page says that it is closed.
"""

from allauth.account import views as account
from django.urls import include, path

handler500 = "generator.views.errors.server_error"

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/signup/", account.signup, name="account_signup"),
    path("", include("generator.urls")),
]
