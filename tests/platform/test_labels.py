"""The labels of choices say what Django's would, in each language, and translate no other."""

from unittest import mock

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import translation

from assessments.audit.models import AuditEvent

FIELDS = [
    (model, field)
    for model in apps.get_app_config("assessments").get_models()
    for field in model._meta.local_fields
    if field.choices
]


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_label_is_what_django_says(language):
    assert len(FIELDS) > 30
    with translation.override(language):
        for model, field in FIELDS:
            for value in [*dict(field.flatchoices), "no such value", None]:
                row = model(**{field.attname: value})
                said = getattr(row, f"get_{field.name}_display")()
                own = "get_" + field.name + "_display" in vars(model) and not hasattr(
                    vars(model)[f"get_{field.name}_display"], "func"
                )
                assert own or said == Model._get_FIELD_display(row, field), (model, field.name, value)


@pytest.mark.once
def test_one_label_is_one_translation():
    event = AuditEvent(action=AuditEvent.Action.SIGNED_OFF)
    with (
        translation.override("de"),
        mock.patch("django.utils.translation.trans_real.gettext", return_value="x") as said,
    ):
        str(event.get_action_display())

    assert said.call_count <= 1
