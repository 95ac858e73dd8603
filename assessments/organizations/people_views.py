"""Who may open an organization: members, teams, invitations, leaving."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.accounts.models import User
from assessments.organizations import invitations, losing, memberships, queries
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Invitation, Membership, Role, TeamGrant
from assessments.organizations.people_forms import InvitationForm, JoinForm, OwnTeamForm, RoleForm


@require_GET
@organization_view(Role.LEAD)
def membership_list(request: OrganizationRequest) -> HttpResponse:
    return _page(request, InvitationForm(request.role.given))


def _page(
    request: OrganizationRequest, form: InvitationForm, status: int = 200, team_form: OwnTeamForm | None = None
) -> HttpResponse:
    grants = queries.list_grants(request.organization)
    people = queries.note_returned(queries.list_people(request.organization, grants))
    teams = list(queries.teams_to_grant(request.organization, request.user)) if request.role.can_manage else []
    context = {
        "part": "people",
        "form": form,
        "team_form": team_form or OwnTeamForm(teams),
        "roles": [(role.value, role.label) for role in request.role.given],
        "people": people,
        "in_reach": {person.user.pk for person in people if person.membership and person.role <= request.role},
        "grants": grants,
        "can_manage": request.role.can_manage,
        "invitations": queries.list_waiting(request.organization, request.role),
    }
    return render(request, "organizations/membership_list.html", context, status=status)


def _back(request: OrganizationRequest) -> HttpResponse:
    return redirect("membership_list", request.organization.slug)


@require_POST
@organization_view(Role.LEAD)
def membership_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Gives another role. One's own step down, and that of an owner, is asked about first."""
    membership = _membership(request, pk)
    form = RoleForm(request.role.given, request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["role"][0])
        return _back(request)
    role, error = form.cleaned_data["role"], ""
    is_weighty = membership.role == Role.OWNER or membership.user_id == request.user.pk
    if is_weighty and role < membership.role and "confirmed" not in request.POST:
        return _ask(request, "organizations/membership_update.html", membership, role=role)
    try:
        changed = memberships.change_role(membership, role=role, by=request.role)
    except Membership.DoesNotExist:
        messages.error(request, _("{user} is no longer a member.").format(user=membership.user))
    except ValidationError as refused:
        error = refused.messages[0]
    else:
        messages.success(
            request, _("{user} is {role} now.").format(user=membership.user, role=Role(changed.role).phrase)
        )
    if error:
        return _ask(request, "organizations/membership_update.html", membership, role=role, error=error)
    return _back_or_out(request)


@require_http_methods(["GET", "POST"])
@organization_view(Role.LEAD)
def membership_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Ends a membership, after a page that says who loses what. One's own is left on a page of its own."""
    membership = _membership(request, pk)
    if membership.user_id == request.user.pk:
        return redirect("membership_leave", request.organization.slug)
    if request.method == "GET":
        return _ask(request, "organizations/membership_delete.html", membership)
    try:
        memberships.remove_member(membership, by=request.role)
    except ValidationError as error:
        return _ask(request, "organizations/membership_delete.html", membership, error=error.messages[0])
    messages.success(request, _("{user} is no longer a member.").format(user=membership.user))
    return _back(request)


def _membership(request: OrganizationRequest, pk: int) -> Membership:
    """One that the person may change: PermissionDenied for that of somebody above them."""
    membership = get_object_or_404(request.organization.memberships.select_related("user"), pk=pk)
    memberships.refuse_above(request.organization, membership.user, by=request.role)
    return membership


def _ask(
    request: OrganizationRequest,
    template: str,
    row: Membership | TeamGrant,
    *,
    role: Role | None = None,
    error: str = "",
) -> HttpResponse:
    """The page that says who would lose what, with the button that does it; without one where it is refused."""
    found = losing.losses(request.organization, row, role)
    error = error or (str(memberships.LAST_OWNER) if found.leaves_no_owner else "")
    context = {
        "part": "people",
        "row": row,
        "role": role,
        "losses": found.people,
        "is_oneself": getattr(row, "user_id", None) == request.user.pk,
        "was_owner": row.role == Role.OWNER,
        "error": error,
    }
    return render(request, template, context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Role.VIEWER)
def membership_leave(request: OrganizationRequest) -> HttpResponse:
    """Ends one's own membership, after a question. What a team brings stays, and the page says so."""
    membership = request.organization.memberships.filter(user=request.user).first()
    error = ""
    if request.method == "POST" and membership is None:
        return redirect("membership_leave", request.organization.slug)
    if request.method == "POST":
        try:
            memberships.remove_member(membership)
        except ValidationError as refused:
            error = refused.messages[0]
        else:
            messages.success(request, _("You have left {organization}.").format(organization=request.organization))
            return redirect("organization_list")
    teams = request.organization.team_grants.filter(team__memberships__user=request.user).select_related("team")
    context = {"part": "people", "membership": membership, "teams": teams, "error": error}
    return render(request, "organizations/membership_leave.html", context, status=422 if error else 200)


@require_POST
@organization_view(Role.OWNER)
def team_grant_create(request: OrganizationRequest) -> HttpResponse:
    form = OwnTeamForm(list(queries.teams_to_grant(request.organization, request.user)), request.POST)
    if form.is_valid():
        try:
            grant = memberships.grant_own_team(request.organization, **form.cleaned_data, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("Everyone in {team} is {role} now.")
            messages.success(request, said.format(team=grant.team, role=Role(grant.role).phrase))
            return _back(request)
    return _page(request, InvitationForm(request.role.given), status=422, team_form=form)


@require_POST
@organization_view(Role.OWNER)
def team_grant_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Gives everyone in a team another role. A lower one is asked about first."""
    grant = _grant(request, pk)
    form = RoleForm(request.role.given, request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["role"][0])
        return _back(request)
    role = form.cleaned_data["role"]
    if role < grant.role and "confirmed" not in request.POST:
        return _ask(request, "organizations/team_grant_update.html", grant, role=role)
    try:
        changed = memberships.change_grant(grant, role=role)
    except TeamGrant.DoesNotExist:
        messages.error(request, _("{team} no longer has access.").format(team=grant.team))
    except ValidationError as error:
        return _ask(request, "organizations/team_grant_update.html", grant, role=role, error=error.messages[0])
    else:
        said = _("Everyone in {team} is {role} now.")
        messages.success(request, said.format(team=grant.team, role=Role(changed.role).phrase))
    return _back_or_out(request)


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def team_grant_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    """Takes a team's access away, after a page that says who loses what."""
    grant = _grant(request, pk)
    if request.method == "GET":
        return _ask(request, "organizations/team_grant_delete.html", grant)
    try:
        memberships.withdraw_grant(grant)
    except ValidationError as error:
        return _ask(request, "organizations/team_grant_delete.html", grant, error=error.messages[0])
    messages.success(request, _("{team} no longer has access.").format(team=grant.team))
    return _back_or_out(request)


def _grant(request: OrganizationRequest, pk: int) -> TeamGrant:
    return get_object_or_404(request.organization.team_grants.select_related("team"), pk=pk)


def _back_or_out(request: OrganizationRequest) -> HttpResponse:
    """Back to the page, for whoever may still open it after what was just done; else as near as they may come."""
    role = memberships.role_in(request.organization, request.user)
    if role >= Role.LEAD:
        return _back(request)
    return redirect("organization_detail", request.organization.slug) if role else redirect("organization_list")


@require_POST
@organization_view(Role.LEAD)
def invitation_create(request: OrganizationRequest) -> HttpResponse:
    form = InvitationForm(request.role.given, request.POST)
    if form.is_valid():
        try:
            invited = invitations.invite_all(
                request.organization,
                emails=form.cleaned_data["email"],
                role=form.cleaned_data["role"],
                message=form.cleaned_data["message"],
                actor=request.user,
                base_url=settings.SITE_URL,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            for each in invited:
                _say_sent(request, each, _("The invitation to {email} is on its way.").format(email=each.email))
            return _back(request)
    return _page(request, form, status=422)


@require_POST
@organization_view(Role.LEAD)
def invitation_resend(request: OrganizationRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    try:
        sent = invitations.send_again(invitation, base_url=settings.SITE_URL)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        said = _("A new invitation to {email} is on its way. The old link has ended.")
        _say_sent(request, sent, said.format(email=sent.email))
    return _back(request)


@require_POST
@organization_view(Role.LEAD)
def invitation_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    invitation = _invitation(request, pk)
    try:
        invitations.withdraw(invitation)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The invitation to {email} is withdrawn.").format(email=invitation.email))
    return _back(request)


def _invitation(request: OrganizationRequest, pk: int) -> Invitation:
    """One to a role that the person may give: the others are not on their page either."""
    mine = request.organization.invitations.filter(role__in=request.role.given).select_related("organization")
    return get_object_or_404(mine, pk=pk)


def _say_sent(request: HttpRequest, invitation: Invitation, success: str) -> None:
    if invitation.sent_at:
        messages.success(request, success)
    elif invitation.is_mail_waiting:
        said = _("The mail server did not take the mail to {email}. It is sent by itself once it does.")
        messages.warning(request, said.format(email=invitation.email))
    else:
        said = _("The mail to {email} could not be sent. The invitation stands: send it again.")
        messages.error(request, said.format(email=invitation.email))


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of an invitation leads. A link that cannot be used says so, and nothing else."""
    invitation = invitations.find(token)
    if invitation is None:
        return _ended(request)
    if request.user.is_authenticated:
        return _accept_as(request, invitation, cast(User, request.user))
    if User.objects.filter(email=invitation.email).exists():
        return _answer(request, {"invitation": invitation, "has_account": True, "next": request.path})
    form = JoinForm(invitation.email, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = invitations.accept_as_new(invitation, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            login(request, user)
            return _welcome(request, invitation)
    status = 422 if form.errors else 200
    return _answer(request, {"invitation": invitation, "form": form}, status=status)


def _accept_as(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    if user.email != invitation.email:
        return _answer(request, {"is_other": True}, status=403)
    if request.method == "POST":
        try:
            invitations.accept(invitation, user=user)
        except ValidationError:
            return _ended(request)
        return _welcome(request, invitation)
    return _answer(request, {"invitation": invitation, "is_signed_in": True})


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, _("Welcome to {organization}.").format(organization=invitation.organization))
    return redirect("organization_detail", invitation.organization.slug)


def _ended(request: HttpRequest) -> HttpResponse:
    return _answer(request, {"is_ended": True}, status=404)


def _answer(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "organizations/invitation_accept.html", context, status=status)
