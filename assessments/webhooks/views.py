"""The webhooks of an organization, for its owners, and those of a team, for whoever is in it: the same pages."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.accounts.access import personal_view
from assessments.accounts.models import User
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Organization, Role, Team
from assessments.webhooks import queries, services
from assessments.webhooks.events import Event
from assessments.webhooks.forms import WebhookForm
from assessments.webhooks.models import Webhook
from assessments.webhooks.sending import path_of
from assessments.webhooks.wording import spoken

Owner = Organization | Team


def _team(request: HttpRequest, team_pk: int) -> Team:
    """A team that the person is in."""
    return get_object_or_404(Team.objects.filter(memberships__user=request.user.pk), pk=team_pk)


def _path(owner: Owner, page: str) -> str:
    """The path of a page that is about no webhook in particular."""
    if isinstance(owner, Organization):
        return reverse(f"webhook_{page}", args=[owner.slug])
    return reverse(f"team_webhook_{page}", args=[owner.pk])


def _webhook(owner: Owner, pk: int) -> Webhook:
    return get_object_or_404(owner.webhooks.select_related("organization", "team"), pk=pk)


def _show(request: HttpRequest, owner: Owner, page: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that nobody keeps: a secret may be on it."""
    is_of_organization = isinstance(owner, Organization)
    context |= {
        "part": "settings" if is_of_organization else "portfolio",
        "owner": owner,
        "team": None if is_of_organization else owner,
        "list_path": _path(owner, "list"),
        "create_path": _path(owner, "create"),
    }
    if webhook := context.get("webhook"):
        pages = ("detail", "update", "rotate", "test", "resume", "delete")
        context |= {f"{each}_path": path_of(webhook, each, webhook.pk) for each in pages}
    response = render(request, page, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


# ---- The list


@require_GET
@organization_view(Role.OWNER)
def webhook_list(request: OrganizationRequest) -> HttpResponse:
    return _list(request, request.organization)


@require_GET
@personal_view
def team_webhook_list(request: HttpRequest, team_pk: int) -> HttpResponse:
    return _list(request, _team(request, team_pk))


def _list(request: HttpRequest, owner: Owner) -> HttpResponse:
    webhooks = list(queries.list_webhooks(owner))
    for webhook in webhooks:
        webhook.path = path_of_owned(owner, webhook)
        webhook.last_said = spoken(webhook.last_error or "")
    context: dict[str, Any] = {"webhooks": webhooks}
    if isinstance(owner, Organization):
        mine = owner.teams.filter(memberships__user=request.user.pk).order_by("name_sort")
        context |= {"others": queries.team_webhooks(owner), "teams": mine}
    return _show(request, owner, "webhooks/webhook_list.html", context)


def path_of_owned(owner: Owner, webhook: Webhook) -> str:
    """The path of its page, without asking the database whose it is."""
    if isinstance(owner, Organization):
        return reverse("webhook_detail", args=[owner.slug, webhook.pk])
    return reverse("team_webhook_detail", args=[owner.pk, webhook.pk])


# ---- A new one


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def webhook_create(request: OrganizationRequest) -> HttpResponse:
    return _create(request, request.organization)


@require_http_methods(["GET", "POST"])
@personal_view
def team_webhook_create(request: HttpRequest, team_pk: int) -> HttpResponse:
    return _create(request, _team(request, team_pk))


def _create(request: HttpRequest, owner: Owner) -> HttpResponse:
    """The answer to the POST shows the secret, once and never again."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "events": Event.choices}
    if form.is_valid():
        try:
            webhook, secret = services.make_webhook(owner, **form.values, actor=cast(User, request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            context |= {"webhook": webhook, "secret": secret}
    return _show(request, owner, "webhooks/webhook_create.html", context, status=422 if form.errors else 200)


# ---- One, and what was sent to it


@require_GET
@organization_view(Role.OWNER)
def webhook_detail(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _detail(request, request.organization, pk)


@require_GET
@personal_view
def team_webhook_detail(request: HttpRequest, team_pk: int, pk: int) -> HttpResponse:
    return _detail(request, _team(request, team_pk), pk)


def _detail(request: HttpRequest, owner: Owner, pk: int) -> HttpResponse:
    webhook = _webhook(owner, pk)
    page = queries.deliveries_page(webhook, request.GET.get("page"))
    for delivery in page.object_list:
        delivery.again_path = path_of(webhook, "delivery_resend", webhook.pk, delivery.pk)
    on_their_way = [each.try_at for each in page.object_list if each.is_on_its_way and each.try_at]
    waits_since = min(on_their_way, default=None) if webhook.off_at is None else None
    context = {
        "webhook": webhook,
        "page": page,
        "is_under_way": waits_since is not None,
        "waits_since": waits_since,
    }
    return _show(request, owner, "webhooks/webhook_detail.html", context)


# ---- Changing one


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def webhook_update(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _update(request, request.organization, pk)


@require_http_methods(["GET", "POST"])
@personal_view
def team_webhook_update(request: HttpRequest, team_pk: int, pk: int) -> HttpResponse:
    return _update(request, _team(request, team_pk), pk)


def _update(request: HttpRequest, owner: Owner, pk: int) -> HttpResponse:
    webhook = _webhook(owner, pk)
    form = WebhookForm(request.POST if request.method == "POST" else None, webhook=webhook)
    version = form["version"].value()
    if form.is_valid():
        try:
            services.change_webhook(
                webhook, **form.values, version=form.cleaned_data["version"], actor=cast(User, request.user)
            )
        except ValidationError as error:
            form.add_error(None, error)
            version = webhook.version  # what stands there now was told
        else:
            messages.success(request, _("The webhook is saved."))
            return redirect(path_of(webhook, "detail", webhook.pk))
    context = {"form": form, "webhook": webhook, "version": version, "events": Event.choices}
    return _show(request, owner, "webhooks/webhook_update.html", context, status=422 if form.errors else 200)


# ---- A new secret


@require_http_methods(["GET", "POST"])
@organization_view(Role.OWNER)
def webhook_rotate(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _rotate(request, request.organization, pk)


@require_http_methods(["GET", "POST"])
@personal_view
def team_webhook_rotate(request: HttpRequest, team_pk: int, pk: int) -> HttpResponse:
    return _rotate(request, _team(request, team_pk), pk)


def _rotate(request: HttpRequest, owner: Owner, pk: int) -> HttpResponse:
    """Asks first, as the old secret ends. The answer to the POST shows the new one, once and never again."""
    webhook = _webhook(owner, pk)
    context: dict[str, Any] = {"webhook": webhook}
    if request.method == "POST":
        try:
            context["secret"] = services.renew_secret(webhook, actor=cast(User, request.user))
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(_path(owner, "list"))
    return _show(request, owner, "webhooks/webhook_rotate.html", context)


# ---- What a button does


@require_POST
@organization_view(Role.OWNER)
def webhook_test(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _test(request, request.organization, pk)


@require_POST
@personal_view
def team_webhook_test(request: HttpRequest, team_pk: int, pk: int) -> HttpResponse:
    return _test(request, _team(request, team_pk), pk)


def _test(request: HttpRequest, owner: Owner, pk: int) -> HttpResponse:
    webhook = _webhook(owner, pk)
    try:
        services.try_webhook(webhook)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("A test is on its way. What comes back stands below."))
    return redirect(path_of(webhook, "detail", webhook.pk))


@require_POST
@organization_view(Role.OWNER)
def webhook_resume(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _resume(request, request.organization, pk)


@require_POST
@personal_view
def team_webhook_resume(request: HttpRequest, team_pk: int, pk: int) -> HttpResponse:
    return _resume(request, _team(request, team_pk), pk)


def _resume(request: HttpRequest, owner: Owner, pk: int) -> HttpResponse:
    webhook = _webhook(owner, pk)
    services.switch_on(webhook, actor=cast(User, request.user))
    messages.success(
        request, _("“{webhook}” is on. What was missed can be sent again one by one.").format(webhook=webhook)
    )
    return redirect(path_of(webhook, "detail", webhook.pk))


@require_POST
@organization_view(Role.OWNER)
def webhook_delete(request: OrganizationRequest, pk: int) -> HttpResponse:
    return _delete(request, request.organization, pk)


@require_POST
@personal_view
def team_webhook_delete(request: HttpRequest, team_pk: int, pk: int) -> HttpResponse:
    return _delete(request, _team(request, team_pk), pk)


def _delete(request: HttpRequest, owner: Owner, pk: int) -> HttpResponse:
    webhook = _webhook(owner, pk)
    services.end_webhook(webhook, actor=cast(User, request.user))
    messages.success(request, _("“{webhook}” is told nothing any more.").format(webhook=webhook))
    return redirect(_path(owner, "list"))


@require_POST
@organization_view(Role.OWNER)
def webhook_delivery_resend(request: OrganizationRequest, pk: int, delivery_pk: int) -> HttpResponse:
    return _resend(request, request.organization, pk, delivery_pk)


@require_POST
@personal_view
def team_webhook_delivery_resend(request: HttpRequest, team_pk: int, pk: int, delivery_pk: int) -> HttpResponse:
    return _resend(request, _team(request, team_pk), pk, delivery_pk)


def _resend(request: HttpRequest, owner: Owner, pk: int, delivery_pk: int) -> HttpResponse:
    webhook = _webhook(owner, pk)
    delivery = get_object_or_404(webhook.deliveries, pk=delivery_pk)
    delivery.webhook = webhook
    try:
        if services.send_again(delivery):
            messages.success(request, _("It is sent again, under the id it had."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect(path_of(webhook, "detail", webhook.pk))
