"""The Django admin as an app: it uses the portal's own site and registers on it."""

from __future__ import annotations

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig


class AdminSiteConfig(SimpleAdminConfig):
    """`django.contrib.admin` with the portal's site. What is edited stands in `registry`."""

    default_site = "dlfportal.adminsite.site.PortalAdminSite"

    def ready(self) -> None:
        super().ready()
        import_module("dlfportal.adminsite.registry")
