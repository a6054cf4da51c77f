"""Every address of the portal."""

from django.urls import include, path

from dlfportal.adminsite.site import site
from dlfportal.api.docs import SchemaView, docs_view
from dlfportal.api.tokens import ProjectsView, TokensView
from dlfportal.api.v1.urls import older_urlpatterns
from dlfportal.web.health import healthz
from dlfportal.web.views import preferences, sessions

urlpatterns = [
    # the DLF API, which most requests are for, and the IAM calls that open it
    path("v3/auth/tokens", TokensView.as_view(), name="tokens"),
    path("v3/projects", ProjectsView.as_view(), name="projects"),
    path("v1/", include("dlfportal.api.v1.urls")),
    path("v1.0/", include((older_urlpatterns, "v1.0"))),
    path("v2/", include("dlfportal.api.v2.urls")),
    # pages
    path("", include("dlfportal.web.urls")),
    path("admin/", site.urls),
    path("healthz", healthz, name="healthz"),
    # signing in and out
    path("accounts/login/", sessions.SignInView.as_view(), name="login"),
    path("accounts/logout/", sessions.SignOutView.as_view(), name="logout"),
    path("accounts/password/", sessions.PasswordView.as_view(), name="password_change"),
    path("language/", preferences.language, name="set_language"),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", docs_view, name="api-docs"),
]

handler400 = "dlfportal.handlers.bad_request"
handler403 = "dlfportal.handlers.permission_denied"
handler404 = "dlfportal.handlers.page_not_found"
handler500 = "dlfportal.handlers.server_error"
