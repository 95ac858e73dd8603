"""The API as a whole: its operations put together, and the OpenAPI document they are described by."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from assessments.api import door, parsing, problems
from assessments.api.idempotency import HEADER as IDEMPOTENCY_KEY
from assessments.api.idempotency import AnsweredError
from assessments.api.resources import (
    activity,
    evidence,
    figures,
    organizations,
    reports,
    roadmaps,
    rounds,
    scenarios,
    scorecards,
    tokens,
    vendors,
)
from assessments.platform.problems import MEDIA_TYPE

DESCRIPTION = (
    "Every request brings a token, as `Authorization: Bearer sct_...`. Lists come in pages: go on with `next` as"
    " `after`. What carries a version is changed with `If-Match`. A POST with an `Idempotency-Key` is done once, and"
    " answered the same for a day. Errors are problem details (RFC 9457)."
)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, what was kept, what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
CHANGED = {
    "allOf": [{"$ref": "#/components/schemas/Problem"}],
    "required": ["yours", "theirs"],
    "properties": {
        "yours": {"type": "object"},
        "theirs": {"type": "object"},
        "changed_by": {"type": "string"},
        "changed_at": {"type": ["string", "null"]},
    },
}
KEY_PARAMETER = {
    "in": "header",
    "name": IDEMPOTENCY_KEY,
    "required": False,
    "description": "A key of your choice, such as a UUID, by which the same request is done once a day.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


class ScorecardAPI(NinjaAPI):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._schemas: dict[str, OpenAPISchema] = {}

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """As ninja writes it, with what the door adds to every operation: made once a process."""
        key = repr(sorted(options.items()))
        if key not in self._schemas:
            self._schemas[key] = self._schema(options)
        return self._schemas[key]

    def _schema(self, options: dict[str, Any]) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        components = schema["components"]
        components["schemas"] |= {"Problem": PROBLEM, "Changed": CHANGED}
        components["responses"] = {
            "Problem": _response("What was refused, and why.", "Problem"),
            "Changed": _response("Somebody else changed it meanwhile: both values.", "Changed"),
        }
        for path in schema["paths"].values():
            for method, operation in path.items():
                operation["summary"] = operation["description"].partition(".")[0]
                for status in (401, 403, 404, 422, 429, "default"):
                    operation["responses"].setdefault(status, {"$ref": "#/components/responses/Problem"})
                if method == "post":
                    operation["parameters"].append(KEY_PARAMETER)
        return schema


def _response(description: str, name: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{name}"}}},
    }


api = ScorecardAPI(
    title="AI Infrastructure Scorecard",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=parsing.BodyParser(),
)
api.add_decorator(door.with_operation, mode="view")
api.add_exception_handler(AnsweredError, lambda request, error: error.answer)
problems.register(api)
for resource in (
    *(tokens, organizations, activity, scorecards, evidence, figures),
    *(roadmaps, vendors, scenarios, rounds, reports),
):
    api.add_router("", resource.router)
