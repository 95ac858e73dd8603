"""Index of the administration pages, for Django to find. Staff sign in where everyone does."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from assessments.organizations import admin as organizations

__all__ = ["organizations"]

admin.site.site_header = "AI Infrastructure Scorecard"
admin.site.site_title = "AI Infrastructure Scorecard"
admin.site.index_title = "Administration"
admin.site.login = secure_admin_login(admin.site.login)
