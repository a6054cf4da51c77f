from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "dlfportal.access"
    verbose_name = _("Workspaces and members")
