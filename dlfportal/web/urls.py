from django.urls import path

from dlfportal.web import access_keys

app_name = "web"
urlpatterns = [
    path("access-keys/", access_keys.AccessKeysView.as_view(), name="access-keys"),
    path("access-keys/<str:access_key>/revoke/", access_keys.revoke, name="access-key-revoke"),
]
