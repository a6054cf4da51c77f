"""The plan of an import: looking at it, choosing, mapping, and applying it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.http import require_safe

from dlfportal.access import policy
from dlfportal.access.policy import Right
from dlfportal.access.second_person import imports_need_second
from dlfportal.audit.actor import Actor
from dlfportal.catalogue.mapping_profiles import profile_delete, profile_get, profile_save, profiles_of
from dlfportal.catalogue.texts import error_text
from dlfportal.db.lookups import is_row_id
from dlfportal.errors import BadRequest, Conflict, PortalError, gettext_noop
from dlfportal.links import import_plan_url, import_run_url
from dlfportal.transfer.imports.options import Policy, TargetStatus
from dlfportal.transfer.imports.proposals import proposal_withdraw
from dlfportal.transfer.models import Choice, ImportRun, Outcome, RunStatus
from dlfportal.transfer.planning.applying import plan_apply_begin
from dlfportal.transfer.planning.choosing import (
    name_check,
    plan_choose,
    plan_discard,
    plan_map,
    plan_options,
    plan_rename,
)
from dlfportal.transfer.planning.making import plan_again
from dlfportal.transfer.planning.plans import ItemFilter, plan_get
from dlfportal.transfer.planning.proposing import plan_propose
from dlfportal.web.pages.frame import frame_of
from dlfportal.web.pages.imports.item import item_page
from dlfportal.web.pages.imports.mapping import kept_besides, targets_read
from dlfportal.web.pages.imports.narrow import SHOWS, all_of
from dlfportal.web.pages.imports.plan import Typed, plan_page
from dlfportal.web.pages.imports.progress import ProgressPage
from dlfportal.web.pages.imports.rail import Wanted
from dlfportal.web.requests import actor_of, workspace_of
from dlfportal.web.views.imports import progress

TEMPLATE = "imports/plan.html"
ENDED = (RunStatus.RUNNING, RunStatus.SUCCESSFUL, RunStatus.FAILED)
INVALID_ALL = "all-invalid"
UNSAID = gettext_noop("The form does not say what to do.")

Act = Callable[[Actor, ImportRun, str, QueryDict, Wanted], ImportRun]


class PlanView(View):
    """A plan, and what is chosen in it: each form has the digest of the plan that its reader saw."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
        run = _run(request, workspace_id, pk)
        if run.status in ENDED:
            return redirect(import_run_url(workspace_id, pk))
        is_made = run.status != RunStatus.PLANNING
        if "fragment" in request.GET and is_made:
            return redirect(import_plan_url(workspace_id, pk))
        if is_made:
            return _page(request, run)
        return progress(
            request, ProgressPage(frame_of(request, workspace_id, "imports", (run.source, "")), run)
        )

    def post(self, request: HttpRequest, workspace_id: str, pk: str) -> HttpResponse:
        run = _run(request, workspace_id, pk)
        policy.require(request.user, run.workspace, Right.EDIT)
        try:
            done = _do(request, run)
        except (BadRequest, Conflict) as error:
            return _refused(request, _run(request, workspace_id, pk), error)
        if done.status in ENDED:
            return redirect(import_run_url(workspace_id, pk))
        return redirect(f"{import_plan_url(workspace_id, pk)}{_query(request)}")


def _run(request: HttpRequest, workspace_id: str, pk: str) -> ImportRun:
    workspace = workspace_of(request, workspace_id)
    return plan_get(actor=actor_of(request), workspace=workspace, run_id=pk)


def _query(request: HttpRequest) -> str:
    """Return what of the plan is shown, and the row that was chosen, as the end of an address."""
    query = request.GET.urlencode()
    position = next((request.POST[key] for key in ("take", "skip", "rename") if key in request.POST), "")
    anchor = f"#row-{position}" if is_row_id(position) else ""
    return f"?{query}{anchor}" if query else anchor


def _page(
    request: HttpRequest, run: ImportRun, typed: Typed | None = None, status: int = 200
) -> HttpResponse:
    frame = frame_of(request, run.workspace.pk, "imports", (run.source, ""))
    return render(request, TEMPLATE, {"page": plan_page(request, frame, run, typed)}, status=status)


def _refused(request: HttpRequest, run: ImportRun, error: PortalError) -> HttpResponse:
    """Show the plan as it stands now, with why nothing was changed and what was typed."""
    if run.status in (*ENDED, RunStatus.PLANNING):
        messages.error(request, error_text(error))
        leads = import_plan_url if run.status == RunStatus.PLANNING else import_run_url
        return redirect(leads(run.workspace.pk, run.pk))
    status = 409 if isinstance(error, Conflict) else 400
    return _page(request, run, Typed.read(request.POST, error_text(error)), status)


def _do(request: HttpRequest, run: ImportRun) -> ImportRun:
    """Do what the button of a form says. Raises BadRequest for none, and what the services raise."""
    act = next((act for name, act in ACTS.items() if name in request.POST), None)
    if act is None:
        raise BadRequest(UNSAID)
    wanted = Wanted.read(request.GET, SHOWS)
    return act(actor_of(request), run, request.POST.get("digest", ""), request.POST, wanted)


def _choose(choice: Choice, name: str) -> Act:
    def act(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
        positions, chosen = _meant(str(form[name]), wanted)
        return plan_choose(
            actor=actor, run=run, digest=digest, choice=choice, positions=positions, chosen=chosen
        )

    return act


def _meant(said: str, wanted: Wanted) -> tuple[tuple[int, ...], ItemFilter | None]:
    """Return what a button names: one object by its position, or all with one outcome that are shown."""
    if is_row_id(said):
        return (int(said),), None
    if said == INVALID_ALL:
        return (), ItemFilter(outcome=Outcome.INVALID)
    if said in list(Outcome):
        return (), all_of(said, wanted)
    raise BadRequest(UNSAID)


def _rename(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    position, name = str(form["rename"]), "" if "unrename" in form else form.get("new_name", "").strip()
    if not is_row_id(position):
        raise BadRequest(UNSAID)
    if not name and "unrename" not in form:
        raise BadRequest(gettext_noop("Enter the new name."))
    return plan_rename(actor=actor, run=run, digest=digest, position=int(position), new_name=name)


def _policy(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    if form["policy"] not in list(Policy):
        raise BadRequest(UNSAID)
    return plan_options(actor=actor, run=run, digest=digest, policy=Policy(form["policy"]))


def _map(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    return plan_map(actor=actor, run=run, digest=digest, mapping=targets_read(form))


def _use_profile(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    profile = profile_get(actor=actor, workspace=run.workspace, name=form.get("profile", ""))
    return plan_map(actor=actor, run=run, digest=digest, mapping=profile.mapping, profile=profile.name)


def _delete_profile(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    profile_delete(actor=actor, workspace=run.workspace, name=form.get("profile", ""))
    return run


def _save(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    name = form.get("save_as", "").strip()
    kept = next((one for one in profiles_of(actor=actor, workspace=run.workspace) if one.name == name), None)
    besides = kept_besides(kept.mapping, form) if kept else {}
    mapping = {**besides, **targets_read(form)}
    profile = profile_save(actor=actor, workspace=run.workspace, name=name, mapping=mapping)
    return plan_map(actor=actor, run=run, digest=digest, mapping=profile.mapping, profile=profile.name)


def _again(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    return plan_again(actor=actor, run=run)


def _discard(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    return plan_discard(actor=actor, run=run, digest=digest)


def _target(form: QueryDict) -> TargetStatus:
    return TargetStatus.SUBMITTED if "submits" in form else TargetStatus.SAVED


def _propose(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    comment = form.get("comment", "")
    return plan_propose(actor=actor, run=run, digest=digest, comment=comment, target_status=_target(form))


def _withdraw(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    proposal_withdraw(actor=actor, run=run)
    return run


def _apply_proposed(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    """Apply the plan as it was proposed: its comment and its options are part of that."""
    return plan_apply_begin(actor=actor, run=run, digest=digest)


def _apply(actor: Actor, run: ImportRun, digest: str, form: QueryDict, wanted: Wanted) -> ImportRun:
    """Keep the comment and whether versions are submitted, then apply the plan with them.

    Where a second person is needed nothing is kept: that would make what was proposed void.
    """
    if imports_need_second(run.workspace):
        return _apply_proposed(actor, run, digest, form, wanted)
    target = _target(form)
    kept = plan_options(
        actor=actor, run=run, digest=digest, target_status=target, comment=form.get("comment", "").strip()
    )
    return plan_apply_begin(actor=actor, run=kept, digest=kept.plan_digest)


ACTS: Mapping[str, Act] = {
    "apply": _apply,
    "apply_proposed": _apply_proposed,
    "propose": _propose,
    "withdraw": _withdraw,
    "again": _again,
    "discard": _discard,
    "policy": _policy,
    "save": _save,
    "map": _map,
    "use_profile": _use_profile,
    "delete_profile": _delete_profile,
    "rename": _rename,
    "take": _choose(Choice.TAKE, "take"),
    "skip": _choose(Choice.SKIP, "skip"),
}
"""What the name of a form's button does."""


@require_safe
def item_view(request: HttpRequest, workspace_id: str, pk: str, position: int) -> HttpResponse:
    """Show what a plan would change in one object; `check` asks whether a new name can be taken."""
    run = _run(request, workspace_id, pk)
    if "check" in request.GET:
        fault = _name_fault(actor_of(request), run, position, request.GET["check"])
        return HttpResponse(fault, "text/plain; charset=utf-8")
    page = item_page(request, run, position)
    template = "imports/_item.html" if page.as_fragment else "imports/item.html"
    return render(request, template, {"page": page})


def _name_fault(actor: Actor, run: ImportRun, position: int, name: str) -> str:
    """Return why an object cannot have this name, "" if it can."""
    if not name:
        return gettext("Enter the new name.")
    try:
        name_check(actor=actor, run=run, position=position, new_name=name)
    except BadRequest as error:
        return error_text(error)
    return ""
