"""Before a report is made: choosing, writing, looking at it; and the templates that choices are kept as."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import framework
from assessments.organizations.access import OrganizationRequest, organization_view
from assessments.organizations.models import Role
from assessments.reports.choices import LANGUAGES, LENGTHS, speaking
from assessments.reports.document import document
from assessments.reports.preparing import services
from assessments.reports.preparing.forms import PrepareForm, TemplateForm, initial_of
from assessments.reports.preparing.models import ReportTemplate
from assessments.reports.services import freeze_for_words, freeze_report, request_report
from assessments.reports.words import Words
from assessments.scorecards.models import Scorecard


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def report_prepare(request: OrganizationRequest) -> HttpResponse:
    scorecard = _scorecard(request)
    if scorecard is None:
        messages.info(request, _("Start an assessment first; a report is made of one."))
        return redirect("report_list", request.organization.slug)
    ready = services.prepared(scorecard, lambda language: _drafted(request, scorecard, language))
    if request.method == "GET":
        return _page(request, scorecard, ready, _form(request, scorecard, ready))
    form = PrepareForm(_categories(scorecard), _moved(request.POST), language=ready.choices["language"])
    do = request.POST.get("do", "save")
    if do.startswith(("up:", "down:", "length:")):
        return _page(request, scorecard, ready, form)
    if not form.is_valid():
        return _page(request, scorecard, ready, form, status=422)
    return _done(request, scorecard, ready, form, do)


def _done(
    request: OrganizationRequest, scorecard: Scorecard, ready: services.Prepared, form: PrepareForm, do: str
) -> HttpResponse:
    """Keep what was said, then do what was asked for."""
    choices, words, drafted = form.choices(), form.words(), ready.drafted
    language, before = choices["language"], form.cleaned_data["drafted_in"]
    if language != ready.choices["language"]:
        drafted = _drafted(request, scorecard, language)
    if before in LANGUAGES and before != language:
        was = ready.drafted if before == ready.choices["language"] else _drafted(request, scorecard, before)
        words = services.spoken_words(words, was, drafted)
    try:
        draft = services.save_draft(
            scorecard,
            choices=choices,
            words=words,
            drafted=drafted,
            version=form.cleaned_data["version"] or 0,
            actor=request.user,
        )
        if do == "template":
            name = request.POST.get("template_name", "")
            template = services.save_template(request.organization, name=name, choices=choices, actor=request.user)
            messages.success(request, _("These choices are kept as “{name}”.").format(name=template))
        if do == "make":
            gaps = form.cleaned_data["gaps"]
            request_report(scorecard, actor=request.user, choices=draft.choices, words=words, may_have_gaps=gaps)
    except ValidationError as error:
        form.data = form.data.copy()
        form.data["version"] = services.current_version(scorecard)
        blank = ReportTemplate._meta.get_field("name").error_messages["blank"]
        for message in error.messages:
            said = _("Give the template a name.") if message == blank else message
            form.add_error(None, ValidationError(said, code=getattr(error, "code", None)))
        return _page(request, scorecard, ready, form, status=422)
    if do == "make":
        return redirect("report_list", request.organization.slug)
    if do == "preview":
        return redirect(_address("report_preview", scorecard))
    if do == "save":
        messages.success(request, _("Saved. Nothing is made yet."))
    return redirect(_address("report_prepare", scorecard))


def _drafted(request: OrganizationRequest, scorecard: Scorecard, language: str) -> Words:
    """What the rule writes in a language."""
    words: Words = freeze_for_words(scorecard, actor=request.user, language=language)["words"]
    return words


def _address(name: str, scorecard: Scorecard) -> str:
    return f"{reverse(name, args=[scorecard.organization.slug])}?scorecard={scorecard.pk}"


def _scorecard(request: OrganizationRequest) -> Scorecard | None:
    """The one that is asked for, else the latest that is signed off, else the latest."""
    found = request.organization.scorecards.newest_first()
    asked = request.POST.get("scorecard") or request.GET.get("scorecard")
    if asked:
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404
        scorecard = get_object_or_404(found, pk=asked)
    else:
        every = list(found[:50])
        scorecard = next((each for each in every if each.signed_off_at), every[0] if every else None)
    if scorecard:
        scorecard.organization = request.organization
    return scorecard


def _categories(scorecard: Scorecard) -> list[tuple[str, str]]:
    content = framework.load(scorecard.framework_key, scorecard.framework_version)
    return [(category.key, category.name) for category in content.categories]


def _form(request: OrganizationRequest, scorecard: Scorecard, ready: services.Prepared) -> PrepareForm:
    """What is kept, or with `?template=` its words with the choices of a template, or with `?words=drafted` anew."""
    choices, words = ready.choices, ready.words
    asked = request.GET.get("template", "")
    if asked.isdecimal() and len(asked) < 19:
        usable = ReportTemplate.objects.usable_by(request.user, request.organization)
        choices = {**choices, **services.reusable(get_object_or_404(usable, pk=asked).choices, choices)}
    if request.GET.get("words") == "drafted":
        words = {**ready.drafted, "letter": words["letter"]}
    if choices["language"] != ready.choices["language"]:
        drafted = _drafted(request, scorecard, choices["language"])
        words = services.spoken_words(words, ready.drafted, drafted)
    is_open = scorecard.signed_off_at is None
    return PrepareForm(_categories(scorecard), initial=initial_of(choices, words, ready.version, is_open=is_open))


def _moved(data: QueryDict) -> QueryDict:
    """What was sent, with a section moved by one place, or the sections of a length chosen."""
    what, _, key = data.get("do", "").partition(":")
    order = data.getlist("order")
    if what in ("up", "down") and key in order:
        place = order.index(key)
        other = place + (1 if what == "down" else -1)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
    elif what == "length" and key in LENGTHS:
        chosen = LENGTHS[key][1]
        data = data.copy()
        data.setlist("section", list(chosen))
        order = [*chosen, *(each for each in order if each not in chosen)]
    data = data.copy()
    data.setlist("order", order)
    return data


def _page(
    request: OrganizationRequest,
    scorecard: Scorecard,
    ready: services.Prepared,
    form: PrepareForm,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "part": "reports",
        "scorecard": scorecard,
        "scorecards": list(request.organization.scorecards.newest_first()[:50]),
        "form": form,
        "has_gaps": form.is_bound and form.has_error("__all__", code="gaps"),
        "ready": ready,
        "lengths": [(key, name) for key, (name, _sections) in LENGTHS.items()],
        "templates": list(ReportTemplate.objects.usable_by(request.user, request.organization).select_related("team")),
        "template_name": request.POST.get("template_name", ""),
    }
    return render(request, "reports/report_prepare.html", context, status=status)


@require_GET
@organization_view(Role.EDITOR)
def report_preview(request: OrganizationRequest) -> HttpResponse:
    """The report as it would be made now, in the browser: the same template with the same styles."""
    scorecard = _scorecard(request)
    if scorecard is None:
        raise Http404
    snapshot = freeze_report(scorecard, actor=request.user, **services.of_draft(scorecard))
    context = document(snapshot) | {
        "preview_back": _address("report_prepare", scorecard),
        "styles": static("css/print/report.css"),
        "letter_styles": static("css/print/letter.css"),
        "brand_styles": static("css/print/brand.css"),
        "on_screen": static("css/sample.css"),
        "reader_language": translation.get_language(),
    }
    with speaking(context["choices"]):
        response = render(request, "reports/report_preview.html", context)
        response["Content-Language"] = context["language_tag"]
        return response


@require_http_methods(["GET", "POST"])
@organization_view(Role.EDITOR)
def report_template_update(request: OrganizationRequest, template_pk: int) -> HttpResponse:
    template = _template(request, template_pk)
    form = TemplateForm(request.POST or None, instance=template)
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_template(template, name=form.cleaned_data["name"])
        except ValidationError as error:
            form.add_error("name", error.messages[0])
        else:
            messages.success(request, _("The template is called “{name}” now.").format(name=template))
            return redirect("report_prepare", request.organization.slug)
    context = {"part": "reports", "form": form, "template": _template(request, template_pk)}
    status = 422 if form.errors else 200
    return render(request, "reports/report_template_update.html", context, status=status)


@require_POST
@organization_view(Role.EDITOR)
def report_template_delete(request: OrganizationRequest, template_pk: int) -> HttpResponse:
    template = _template(request, template_pk)
    template.delete()
    said = _("The template “{name}” is deleted. Reports made with it stay as they are.")
    messages.success(request, said.format(name=template))
    return redirect("report_prepare", request.organization.slug)


def _template(request: OrganizationRequest, template_pk: int) -> ReportTemplate:
    usable = ReportTemplate.objects.usable_by(request.user, request.organization).select_related("team")
    return get_object_or_404(usable, pk=template_pk)
