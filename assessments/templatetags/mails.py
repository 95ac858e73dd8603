"""What the text of a mail marks for its HTML part."""

from django import template

from assessments.platform.mails import marks

register = template.Library()
register.filter("quoted", marks.quoted)
