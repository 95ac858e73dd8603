"""Asking a colleague for a category: the form, a page of its own or a dialog over the filling page."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from assessments import framework
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.scorecards.asking import asking
from assessments.scorecards.forms import AskForm


@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Role.EDITOR)
def answer_request_create(request: OrganizationRequest, pk: int, category: str) -> HttpResponse:
    scorecard = get_object_or_404(request.organization.scorecards.open(), pk=pk)
    scorecard.organization = request.organization
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    if category not in content.category_keys or not content.has_deciders:
        raise Http404
    back = reverse("scorecard_update", args=[request.organization.slug, pk]) + f"#{category}"
    people = asking.people_to_ask(request.organization, but=request.user)
    form = AskForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            asked = asking.ask(scorecard, category=category, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if request.htmx:
                context = {"scorecard": scorecard, "category": content.category(category), "asked": asked.asked}
                waiting = asking.open_requests_of(scorecard)[category]
                return render(request, "scorecards/_asked_changed.html", context | {"form": {"asked": waiting}})
            messages.success(request, _("{name} was asked.").format(name=asked.asked))
            return redirect(back)
    context = {
        "part": "scorecard",
        "scorecard": scorecard,
        "category": content.category(category),
        "form": form,
        "people": people,
        "can_invite": request.role.can_manage_people,
        "action": reverse("answer_request_create", args=[request.organization.slug, pk, category]),
        "back": back,
    }
    template = "scorecards/_ask_form.html" if request.htmx else "scorecards/answer_request_create.html"
    return render(request, template, context, status=422 if form.errors else 200)
