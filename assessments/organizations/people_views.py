"""Who may open an organization: members, teams, invitations, leaving."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.accounts.models import User
from assessments.organizations import invitations, memberships, queries
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Invitation, Membership, Role, TeamGrant
from assessments.organizations.people_forms import InvitationForm, JoinForm, OwnTeamForm, RoleForm


@require_GET
@organization_view(Role.OWNER)
def membership_list(request: OrganizationRequest) -> HttpResponse:
    return _page(request, InvitationForm())


def _page(
    request: OrganizationRequest, form: InvitationForm, status: int = 200, team_form: OwnTeamForm | None = None
) -> HttpResponse:
    grants = queries.list_grants(request.organization)
    teams = list(queries.teams_to_grant(request.organization, request.user))
    context = {
        "part": "people",
        "form": form,
        "team_form": team_form or OwnTeamForm(teams),
        "roles": Role.choices,
        "people": queries.note_returned(queries.list_people(request.organization, grants)),
        "grants": grants,
        "invitations": queries.list_waiting(request.organization),
    }
    return render(request, "organizations/membership_list.html", context, status=status)


def _back(request: OrganizationRequest) -> HttpResponse:
    return redirect("membership_list", request.organization.slug)


@require_POST
@organization_view(Role.OWNER)
def membership_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(request.organization.memberships.select_related("user"), pk=pk)
    form = RoleForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["role"])
        changed = memberships.change_role(membership, role=form.cleaned_data["role"])
    except Membership.DoesNotExist:
        messages.error(request, f"{membership.user} is no longer a member.")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{membership.user} is {_article(Role(changed.role))} now.")
    if membership.user_id == request.user.pk and form.is_valid() and form.cleaned_data["role"] < Role.OWNER:
        return redirect("organization_list")
    return _back(request)


@require_POST
@organization_view(Role.OWNER)
def membership_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(request.organization.memberships.select_related("user"), pk=pk)
    try:
        memberships.remove_member(membership)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{membership.user} is no longer a member.")
    return redirect("organization_list") if membership.user_id == request.user.pk else _back(request)


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
            messages.success(request, f"You have left {request.organization}.")
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
            messages.success(request, f"Everyone in {grant.team} is {_article(Role(grant.role))} now.")
            return _back(request)
    return _page(request, InvitationForm(), status=422, team_form=form)


@require_POST
@organization_view(Role.OWNER)
def team_grant_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(request.organization.team_grants.select_related("team"), pk=pk)
    form = RoleForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError(form.errors["role"])
        changed = memberships.change_grant(grant, role=form.cleaned_data["role"])
    except TeamGrant.DoesNotExist:
        messages.error(request, f"{grant.team} no longer has access.")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"Everyone in {grant.team} is {_article(Role(changed.role))} now.")
    return _back_or_out(request)


@require_POST
@organization_view(Role.OWNER)
def team_grant_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    grant = get_object_or_404(request.organization.team_grants.select_related("team"), pk=pk)
    try:
        memberships.withdraw_grant(grant)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{grant.team} no longer has access.")
    return _back_or_out(request)


def _back_or_out(request: OrganizationRequest) -> HttpResponse:
    """Back to the page, for whoever may still open it after what was just done."""
    visible = type(request.organization).objects.visible_to(request.user).filter(pk=request.organization.pk)
    still = visible.filter(role__gte=Role.OWNER).exists()
    return _back(request) if still else redirect("organization_list")


def _article(role: Role) -> str:
    word = str(role.label).lower()
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


@require_POST
@organization_view(Role.OWNER)
def invitation_create(request: OrganizationRequest) -> HttpResponse:
    form = InvitationForm(request.POST)
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
                _say_sent(request, each, f"The invitation to {each.email} is on its way.")
            return _back(request)
    return _page(request, form, status=422)


@require_POST
@organization_view(Role.OWNER)
def invitation_resend(request: OrganizationRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(request.organization.invitations.select_related("organization"), pk=pk)
    try:
        sent = invitations.send_again(invitation, base_url=settings.SITE_URL)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        _say_sent(request, sent, f"A new invitation to {sent.email} is on its way. The old link has ended.")
    return _back(request)


@require_POST
@organization_view(Role.OWNER)
def invitation_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(request.organization.invitations, pk=pk)
    try:
        invitations.withdraw(invitation)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    return _back(request)


def _say_sent(request: HttpRequest, invitation: Invitation, success: str) -> None:
    if invitation.sent_at:
        messages.success(request, success)
    elif invitation.is_mail_waiting:
        messages.warning(
            request, f"The mail server did not take the mail to {invitation.email}. It is sent by itself once it does."
        )
    else:
        messages.error(
            request, f"The mail to {invitation.email} could not be sent. The invitation stands: send it again."
        )


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
    messages.success(request, f"Welcome to {invitation.organization}.")
    return redirect("organization_detail", invitation.organization.slug)


def _ended(request: HttpRequest) -> HttpResponse:
    return _answer(request, {"is_ended": True}, status=404)


def _answer(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    return render(request, "organizations/invitation_accept.html", context, status=status)
