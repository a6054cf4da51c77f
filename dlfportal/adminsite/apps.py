from django.contrib.admin.apps import AdminConfig


class AdminSiteConfig(AdminConfig):
    default_site = "dlfportal.adminsite.site.PortalAdminSite"
