"""A team's branding on the team's page: the same form and the same service as in the product."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _lazy

from assessments.accounts.models import User
from assessments.organizations.branding.forms import BrandForm
from assessments.organizations.branding.models import Brand
from assessments.organizations.branding.services import update_brand


class BrandInline(admin.StackedInline):
    model = Brand
    form = BrandForm
    fields = ("logo", "remove_logo", "color", "second_color", "firm", "address", "footer", "disclaimer")
    verbose_name = verbose_name_plural = _lazy("branding")
    max_num = 1
    can_delete = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        base = super().get_formset(request, obj, **kwargs)

        class BrandFormSet(base):  # type: ignore[misc, valid-type]
            def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
                return super().get_form_kwargs(index) | {"is_too_large": hasattr(request, "too_large_upload")}

        return BrandFormSet

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("assessments.change_team")

    has_add_permission = has_view_permission = has_change_permission


def save_branding(request: HttpRequest, formset: Any) -> None:
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    for form in formset.forms:
        if form.has_changed():
            values = {name: form.cleaned_data[name] for name in BrandInline.fields}
            try:
                update_brand(formset.instance, actor=cast(User, request.user), **values)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
