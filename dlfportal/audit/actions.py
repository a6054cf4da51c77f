"""What can be done in the portal, as the record names it."""

from __future__ import annotations

from enum import StrEnum

from dlfportal.formats.kinds import Kind


class Verb(StrEnum):
    """What can be done with an object of the catalogue."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SUBMIT = "submit"


class Action(StrEnum):
    """The actions of the record. An export has a second entry, `EXPORT_END`: complete or broken off.

    Those on many objects have the actions on each of them as parts; `OBJECTS_FAIL` is one that was given up.
    """

    JOB_CREATE = "job.create"
    JOB_UPDATE = "job.update"
    JOB_DELETE = "job.delete"
    JOB_SUBMIT = "job.submit"
    SCRIPT_CREATE = "script.create"
    SCRIPT_UPDATE = "script.update"
    SCRIPT_DELETE = "script.delete"
    SCRIPT_SUBMIT = "script.submit"
    RESOURCE_CREATE = "resource.create"
    RESOURCE_UPDATE = "resource.update"
    RESOURCE_DELETE = "resource.delete"
    RESOURCE_SUBMIT = "resource.submit"
    CDM_JOB_CREATE = "cdm_job.create"
    CDM_JOB_UPDATE = "cdm_job.update"
    CDM_JOB_DELETE = "cdm_job.delete"
    CDM_JOB_SUBMIT = "cdm_job.submit"
    RENAME_FOLLOW = "rename.follow"
    OBJECTS_SUBMIT = "objects.submit_many"
    OBJECTS_TAG = "objects.tag_many"
    OBJECTS_MOVE = "objects.move_many"
    OBJECTS_DELETE = "objects.delete_many"
    OBJECTS_FAIL = "objects.fail_many"
    EXPORT = "package.export"
    EXPORT_END = "package.export_end"
    IMPORT = "package.import"
    IMPORT_FAIL = "package.import_fail"
    PLAN_MAKE = "plan.make"
    PLAN_CHANGE = "plan.change"
    PLAN_FAIL = "plan.fail"
    PLAN_DISCARD = "plan.discard"
    PLAN_PROPOSE = "plan.propose"
    UNDO_PROPOSE = "undo.propose"
    PROPOSAL_WITHDRAW = "proposal.withdraw"
    UNDO = "package.undo"
    UNDO_FAIL = "package.undo_fail"
    PACKAGE_CHECK = "package.check"
    MAPPING_SAVE = "mapping.save"
    MAPPING_DELETE = "mapping.delete"
    BUCKET_GIVE = "bucket.give"
    BUCKET_TAKE = "bucket.take"
    BUCKET_PUT = "bucket.put"
    BUCKET_GET = "bucket.get"
    BUCKET_REMOVE = "bucket.remove"
    PROJECT_CREATE = "project.create"
    PROJECT_CHANGE = "project.change"
    PROJECT_DELETE = "project.delete"
    WORKSPACE_CREATE = "workspace.create"
    WORKSPACE_CHANGE = "workspace.change"
    WORKSPACE_DELETE = "workspace.delete"
    SECOND_PERSON_ASK = "second_person.ask"
    SECOND_PERSON_SET = "second_person.set"
    SECOND_PERSON_WITHDRAW = "second_person.withdraw"
    MEMBERSHIP_SET = "membership.set"
    MEMBERSHIP_REMOVE = "membership.remove"
    USER_CREATE = "user.create"
    USER_CHANGE = "user.change"
    PASSWORD_CHANGE = "user.password"  # noqa: S105 - the name of an action
    ACCESS_KEY_CREATE = "access_key.create"
    ACCESS_KEY_REVOKE = "access_key.revoke"
    SIGN_IN = "session.sign_in"
    SIGN_OUT = "session.sign_out"
    SIGN_IN_REFUSE = "session.refuse"
    TOKEN_ISSUE = "token.issue"  # noqa: S105
    TOKEN_REFUSE = "token.refuse"  # noqa: S105
    TOKEN_REVOKE = "token.revoke"  # noqa: S105


def object_action(kind: Kind | str, verb: Verb) -> Action:
    """Return the action of doing `verb` with an object of `kind`."""
    return Action(f"{kind}.{verb}")
