"""What the scripts of a page say, in the language of the page: it lies in it as data, which they read."""

from django import template
from django.template import Context
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.framework.translating import kept_by_language

register = template.Library()

# By the folder of a page's template, the scripts of its feature that say something.
OF_FEATURE = {
    "economics": ("saving", "figures"),
    "figures": ("figures",),
    "handbook": ("saving",),
    "roadmaps": ("saving", "board", "ticking"),
    "rounds": ("saving",),
    "scorecards": ("saving", "figures"),
    "vendors": ("saving", "attaching"),
}


@register.simple_tag(takes_context=True)
def script_texts(context: Context) -> SafeString:
    """By script, its texts by name; a word in braces is put in by the script."""
    return _script_texts((context.template.name or "").partition("/")[0])


@kept_by_language()
def _script_texts(feature: str) -> SafeString:
    every = _texts()
    names = ("answers", "dates", "sending", "toasts", *OF_FEATURE.get(feature, ()))
    return json_script({name: every[name] for name in names}, "texts")


def _texts() -> dict[str, dict[str, str]]:
    away = _("The server is away at the moment.")
    return {
        "answers": {
            "0": _("You may be offline."),
            "401": _("You are signed out. Sign in again in another tab, then try once more."),
            "403": _("You may no longer do this."),
            "404": _("This is not there any more, or you may no longer open it."),
            "413": _("It is too large for the server in front of this site."),
            "502": away,
            "503": away,
            "504": _("The server takes too long at the moment."),
            "elsewhere": _(
                "Something in front of this site answered in its place, perhaps to make you sign in. Open this page in"
                " another tab."
            ),
            "closed": _("This page is closed by now. Open it again in another tab, then try once more."),
            "failed": _("This site failed to do it."),
            "notDone": _("Not done. {reason}"),
        },
        "dates": {"half": _("Complete this date, or clear it.")},
        "sending": {
            "sending": _("Sending"),
            "tooLarge": _("{file} has {size} MB; {most} MB is the most. It was not sent."),
        },
        "toasts": {"close": pgettext("verb", "Close")},
        "saving": {
            "saving": pgettext("at the moment", "Saving"),
            "saved": _("All saved"),
            "oneFailed": _("1 not saved"),
            "failed": _("{n} not saved"),
            "oneWaits": _("1 not saved yet"),
            "waiting": _("{n} not saved yet"),
            "half": _("Not saved: the date is not complete. The one before stays until it is."),
            "kept": _("Not saved. Your answer is kept here and will be tried again."),
            "signedOut": _(
                "Not saved, kept here. You are signed out. <a>Sign in again</a>, then <button>try again</button>"
            ),
            "closed": _(
                "Not saved, kept here. This page is closed by now. <a>Open it again</a>, then <button>try again"
                "</button>"
            ),
            "403": _("Not saved, kept here. You may no longer edit this."),
            "404": _("Not saved, kept here. You may no longer open this."),
            "gone": _("Not saved, kept here. {reason}"),
            "retrying": _("Not saved, kept here. Retrying; <button>try again</button>"),
            "retryingFor": _("Not saved, kept here. {reason} Retrying; <button>try again</button>"),
        },
        "board": {
            "noAnswer": _("The server did not answer."),
            "401": _("Not moved: you are signed out. Reload the page to sign in."),
            "403": _("Not moved: you may no longer edit this."),
            "404": _("Not moved: it was deleted meanwhile, or you may no longer open this. Reload the page."),
            "failed": _("Not moved. {reason} Try again."),
            "first": _("It is the first of its phase."),
            "rest": _("Show the rest of its phase first."),
            "last": _("It is the last of its phase."),
            "noPhase": _("There is no phase on that side."),
        },
        "ticking": {
            "none": _("For all ticked items"),
            "oneTicked": _("1 ticked"),
            "ticked": _("{n} ticked"),
            "for": _("{button} for {n}"),
        },
        "attaching": {
            "failed": _("Not attached. Reload the page, then try again."),
            "offline": _("Not attached: you may be offline. Try again."),
        },
        "figures": {
            "failed": _("Not read. Reload the page, then try again."),
            "offline": _("Not read: you may be offline. Try again."),
        },
    }
