"""What a person keeps of the portfolio: views by their names, and the columns to start with."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.accounts.models import User
from assessments.dashboards.portfolio.columns import chosen
from assessments.dashboards.portfolio.models import QUERY_MAX_LENGTH, PortfolioView
from assessments.platform.name_fields import name_key
from assessments.platform.names import clean_name, has_words

VIEWS_MAX = 30


def save_view(user: User, *, name: str, query: str) -> PortfolioView:
    """Keep an address of the list under a name; one of the same name gives way to it."""
    name = clean_name(name)
    if not has_words(name):
        raise ValidationError(_("Give the view a name, such as December boards."))
    if len(name) > 60:
        raise ValidationError(_("Use at most 60 characters for the name of a view."))
    if len(query) > QUERY_MAX_LENGTH:
        raise ValidationError(_("This view is narrowed by too much to be kept. Take a tag or two away."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        same = user.portfolio_views.filter(name_key=name_key(name)).first()
        if same is None and user.portfolio_views.exclude(name_key="").count() >= VIEWS_MAX:
            words = _("You have {number} views already. Remove one first.")
            raise ValidationError(words.format(number=VIEWS_MAX))
        view = same or PortfolioView(user=user)
        view.name, view.query = name, query
        view.save()
    return view


def choose_columns(user: User, keys: Iterable[str]) -> None:
    """What the person sees from now on where an address says nothing of columns."""
    columns = chosen(keys)
    values = {"columns": "" if columns.is_usual else columns.text}
    PortfolioView.objects.update_or_create(user=user, name_key="", defaults=values)
