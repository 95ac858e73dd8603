"""The addresses of SCIM 2.0 (RFC 7644): people, teams, and what this service tells of itself."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from scim2_models import (
    Context,
    ListResponse,
    Meta,
    NotFoundException,
    NotImplementedException,
    PatchOp,
    PreconditionFailedException,
    Resource,
    ResponseParameters,
    SearchRequest,
)

from assessments.accounts import notices
from assessments.scim import filtering, people, schemas, teams
from assessments.scim.describing import describe_people, describe_teams
from assessments.scim.door import ScimRequest, answer, operation

USUAL = 100  # resources of one answer where nobody says how many
FARTHEST = 10**9  # resources that a page may begin behind
CHANGED = "This was changed since you read it. Read it again, then say what is to become of it."
NO_PERSON, NO_TEAM, NOTHING = "There is no user {}.", "There is no group {}.", "There is nothing at this address."
# What the standard has and a service may leave out.
NOT_DONE = {
    "Me": "A token for SCIM belongs to no person, so that there is no “Me”.",
    "Bulk": "Requests are taken one by one.",
    ".search": "People are looked for at /Users, teams at /Groups.",
    "": "People are looked for at /Users, teams at /Groups.",
}


# People


@operation("GET", "POST")
def user_list(request: ScimRequest) -> HttpResponse:
    if request.method == "GET":
        return _people(request.GET.dict())
    wanted = schemas.User.model_validate(request.sent, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
    user = people.add_person(wanted, actor=request.actor)
    return _told(request, _person(user.pk), Context.RESOURCE_CREATION_RESPONSE, status=201)


@operation("POST")
def user_search(request: ScimRequest) -> HttpResponse:
    return _people(request.sent)


@operation("GET", "PUT", "PATCH", "DELETE")
def user_detail(request: ScimRequest, pk: str) -> HttpResponse:
    user = _one(people.in_sight(), pk, NO_PERSON, is_changing=request.method != "GET")
    (before,) = describe_people([user])
    if request.method == "GET":
        return _told(request, before, Context.RESOURCE_QUERY_RESPONSE)
    _refuse_other_version(request, before)
    if request.method == "DELETE":
        people.delete_person(user, actor=request.actor)
        return HttpResponse(status=204)
    if request.method == "PUT":
        wanted = schemas.User.model_validate(request.sent, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        context = Context.RESOURCE_REPLACEMENT_RESPONSE
    else:
        wanted, context = _patched(schemas.User, before, request.sent), Context.RESOURCE_PATCH_RESPONSE
        for name in ("display_name", "emails"):
            if getattr(wanted, name) == getattr(before, name):
                setattr(wanted, name, None)  # nothing is said of it
    people.change_person(user, wanted, actor=request.actor)
    return _told(request, _person(user.pk), context)


def _people(asked: Any) -> HttpResponse:
    name = Coalesce("in_directory__user_name_key", "email", output_field=CharField())
    rows = people.in_sight().annotate(directory_name=name)
    search = SearchRequest[schemas.User].model_validate(asked, scim_ctx=Context.SEARCH_REQUEST)
    total, page = _page(rows, search, filtering.PEOPLE)
    return _listed(schemas.User, describe_people(page), total, search)


def _person(pk: int) -> schemas.User:
    return describe_people(people.in_sight().filter(pk=pk))[0]


# Teams


@operation("GET", "POST")
def group_list(request: ScimRequest) -> HttpResponse:
    if request.method == "GET":
        return _teams(request.GET.dict())
    team = teams.add_team(schemas.Group.model_validate(request.sent, scim_ctx=Context.RESOURCE_CREATION_REQUEST))
    return _told(request, _team(team.pk), Context.RESOURCE_CREATION_RESPONSE, status=201)


@operation("POST")
def group_search(request: ScimRequest) -> HttpResponse:
    return _teams(request.sent)


@operation("GET", "PUT", "PATCH", "DELETE")
def group_detail(request: ScimRequest, pk: str) -> HttpResponse:
    """A changed team is told without its members, who may be thousands, unless the directory asks what there is."""
    team = _one(teams.in_sight(), pk, NO_TEAM, is_changing=request.method != "GET")
    (before,) = describe_teams([team])
    if request.method == "GET":
        return _told(request, before, Context.RESOURCE_QUERY_RESPONSE)
    _refuse_other_version(request, before)
    if request.method == "DELETE":
        teams.delete_team(team)
        return HttpResponse(status=204)
    if request.method == "PUT":
        wanted = schemas.Group.model_validate(request.sent, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
        teams.change_team(team, wanted)
        return _told(request, _team(team.pk), Context.RESOURCE_REPLACEMENT_RESPONSE)
    teams.change_team(team, _patched(schemas.Group, before, request.sent))
    if "attributes" not in request.GET:
        return HttpResponse(status=204)
    return _told(request, _team(team.pk), Context.RESOURCE_PATCH_RESPONSE)


def _teams(asked: Any) -> HttpResponse:
    search = SearchRequest[schemas.Group].model_validate(asked, scim_ctx=Context.SEARCH_REQUEST)
    total, page = _page(teams.in_sight(), search, filtering.TEAMS)
    return _listed(schemas.Group, describe_teams(page, with_members=_wants_members(search)), total, search)


def _team(pk: int) -> schemas.Group:
    return describe_teams(teams.in_sight().filter(pk=pk))[0]


def _wants_members(search: SearchRequest[schemas.Group]) -> bool:
    if search.attributes:
        return any(str(path).lower().rpartition(":")[2].startswith("members") for path in search.attributes)
    return not any(str(path).lower().endswith("members") for path in search.excluded_attributes or ())


# What this service tells of itself


@operation("GET")
def config_detail(request: ScimRequest) -> HttpResponse:
    return _told(request, _placed(schemas.CONFIG, "ServiceProviderConfig"), Context.RESOURCE_QUERY_RESPONSE)


@operation("GET")
def schema_list(request: ScimRequest) -> HttpResponse:
    return _all_of([_placed(each, f"Schemas/{each.id}") for each in schemas.PROVIDER.schemas])


@operation("GET")
def schema_detail(request: ScimRequest, name: str) -> HttpResponse:
    known = {str(each.id): _placed(each, f"Schemas/{each.id}") for each in schemas.PROVIDER.schemas}
    return _named(request, known, name)


@operation("GET")
def resource_type_list(request: ScimRequest) -> HttpResponse:
    return _all_of([_placed(each, f"ResourceTypes/{each.id}") for each in schemas.PROVIDER.resource_types])


@operation("GET")
def resource_type_detail(request: ScimRequest, name: str) -> HttpResponse:
    known = {str(each.id): _placed(each, f"ResourceTypes/{each.id}") for each in schemas.PROVIDER.resource_types}
    return _named(request, known, name)


@operation("GET", "POST", "PUT", "PATCH", "DELETE")
def nothing_detail(request: ScimRequest, rest: str = "") -> HttpResponse:
    if rest in NOT_DONE:
        raise NotImplementedException(detail=NOT_DONE[rest])
    raise NotFoundException(detail=NOTHING)


def _placed(resource: Resource[Any], path: str) -> Resource[Any]:
    location = notices.address(reverse("scim:nothing_detail", args=[path]))
    return resource.model_copy(update={"meta": Meta(resource_type=type(resource).__name__, location=location)})


def _all_of(resources: list[Resource[Any]]) -> HttpResponse:
    told = [each.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE) for each in resources]
    return _list(told, len(told), 1)


def _named(request: ScimRequest, known: Mapping[str, Resource[Any]], name: str) -> HttpResponse:
    if name not in known:
        raise NotFoundException(detail=NOTHING)
    return _told(request, known[name], Context.RESOURCE_QUERY_RESPONSE)


# What all of them share


def _one(rows: QuerySet[Any], pk: str, sentence: str, *, is_changing: bool) -> Any:
    """The row of a number. What is changed is held, so that of two who change it one comes after the other."""
    is_number = pk.isascii() and pk.isdecimal() and len(pk) < 19
    if is_changing:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=int(pk)).first() if is_number else None
    if found is None:
        raise NotFoundException(detail=sentence.format(pk[:60]))
    return found


def _patched(model: type[Any], before: Any, sent: Any) -> Any:
    wanted = before.model_copy(deep=True)
    PatchOp[model].model_validate(sent, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(wanted)
    return wanted


def _refuse_other_version(request: HttpRequest, before: Resource[Any]) -> None:
    """Where a change names the version that was read, it is made from that one alone."""
    named = request.headers.get("If-Match")
    if named and named.strip() != "*" and _version(before) not in (tag.strip() for tag in named.split(",")):
        raise PreconditionFailedException(detail=CHANGED)


def _version(resource: Resource[Any]) -> str:
    return (resource.meta.version if resource.meta else None) or ""


def _page(rows: QuerySet[Any], search: SearchRequest[Any], columns: Mapping[str, filtering.Column]) -> tuple[int, Any]:
    """How many there are, and those that are asked for: by number, so that what is new comes last."""
    if search.filter is not None:
        rows = rows.filter(filtering.condition(search.filter, columns)).distinct()
    first = min(search.start_index_0 or 0, FARTHEST)
    count = USUAL if search.count is None else min(search.count, schemas.MOST)
    return rows.count(), rows.order_by("pk")[first : first + count]


def _listed(model: type[Any], page: list[Any], total: int, search: SearchRequest[Any]) -> HttpResponse:
    context = Context.RESOURCE_QUERY_RESPONSE
    told = [each.model_dump(scim_ctx=context, response_parameters=search) for each in page]
    return _list(told, total, (search.start_index_0 or 0) + 1)


def _list(told: list[dict[str, Any]], total: int, first: int) -> HttpResponse:
    head = {"totalResults": total, "startIndex": first, "itemsPerPage": len(told), "Resources": told}
    return answer({"schemas": [str(ListResponse.__schema__)], **head})


def _told(request: ScimRequest, resource: Any, context: Context, *, status: int = 200) -> HttpResponse:
    parameters = ResponseParameters[type(resource)].model_validate(
        {name: request.GET[name] for name in ("attributes", "excludedAttributes") if name in request.GET}
    )
    version = _version(resource)
    if request.method == "GET" and version and request.headers.get("If-None-Match") == version:
        return HttpResponseNotModified(headers={"ETag": version})
    told = resource.model_dump(scim_ctx=context, response_parameters=parameters)
    headers = {"Location": resource.meta.location} | ({"ETag": version} if version else {})
    return answer(told, status=status, headers=headers)
