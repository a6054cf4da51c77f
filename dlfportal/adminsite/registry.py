"""What the admin lets people edit."""

from __future__ import annotations

from django.contrib.auth.models import User

from dlfportal.access.models import AccessKey, Membership, Project, Workspace
from dlfportal.adminsite.access_keys import AccessKeyAdmin
from dlfportal.adminsite.audit import AuditEntryAdmin
from dlfportal.adminsite.buckets import BucketAdmin
from dlfportal.adminsite.exports import ExportAdmin
from dlfportal.adminsite.imports import ImportRunAdmin
from dlfportal.adminsite.objects import CdmJobAdmin, JobAdmin, ResourceAdmin, ScriptAdmin
from dlfportal.adminsite.people import MembershipAdmin, ProjectAdmin, UserAdmin, WorkspaceAdmin
from dlfportal.adminsite.site import site
from dlfportal.audit.models import AuditEntry
from dlfportal.catalogue.models import CdmJob, Job, Resource, Script
from dlfportal.transfer.models import Bucket, Export, ImportRun

site.register(Job, JobAdmin)
site.register(Script, ScriptAdmin)
site.register(Resource, ResourceAdmin)
site.register(CdmJob, CdmJobAdmin)
site.register(Project, ProjectAdmin)
site.register(Workspace, WorkspaceAdmin)
site.register(Membership, MembershipAdmin)
site.register(User, UserAdmin)
site.register(AccessKey, AccessKeyAdmin)
site.register(Bucket, BucketAdmin)
site.register(Export, ExportAdmin)
site.register(ImportRun, ImportRunAdmin)
site.register(AuditEntry, AuditEntryAdmin)
