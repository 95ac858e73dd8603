"""What the administration calls models and fields that have no name of their own but that in the code."""

from django.db.models import Field, Model
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop as _noop

from assessments.audit.trail import in_english

LABELS = (
    *(_noop("access token"), _noop("access tokens"), _noop("audit event"), _noop("audit events"), _noop("frameworks")),
    *(_noop("invitation"), _noop("invitations"), _noop("mails"), _noop("membership"), _noop("memberships")),
    *(_noop("organization"), _noop("organizations"), _noop("team"), _noop("teams"), _noop("team members")),
    *(_noop("team grant"), _noop("team grants"), _noop("webhook"), _noop("webhooks")),
    *(_noop("accepted at"), _noop("accepted by"), _noop("added at"), _noop("added by"), _noop("created at")),
    *(_noop("created by"), _noop("currency"), _noop("email"), _noop("ended at"), _noop("expires at"), _noop("format")),
    *(_noop("failing since"), _noop("hosting model"), _noop("host"), _noop("industry"), _noop("invited by")),
    *(
        _noop("key"),
        _noop("language"),
        _noop("lead"),
        _noop("message id"),
        _noop("name"),
        _noop("new"),
        _noop("off at"),
    ),
    *(_noop("old"), _noop("role"), _noop("scope"), _noop("sent at"), _noop("staff group"), _noop("subject")),
    *(_noop("time zone"), _noop("title"), _noop("used at"), _noop("user"), _noop("version"), _noop("withdrawn at")),
)


def translate_names(model: type[Model]) -> None:
    """Have the names that Django made up said in the reader's language. To a migration the model stays as it was."""
    options = model._meta
    if "verbose_name" not in options.original_attrs:
        options.verbose_name = _lazy(in_english(options.verbose_name))
    if "verbose_name_plural" not in options.original_attrs:
        options.verbose_name_plural = _lazy(in_english(options.verbose_name_plural))
    for field in options.get_fields():
        if isinstance(field, Field) and field._verbose_name is None and str(field.verbose_name) in LABELS:
            field.verbose_name = _lazy(str(field.verbose_name))
