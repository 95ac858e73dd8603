"""The URLs of one's mails: a page of one's own, and the link in a mail that opens without signing in."""

from django.urls import path

from assessments.accounts.mails import views

urlpatterns = [
    path("accounts/mails/", views.mail_choice_update, name="mail_choice_update"),
    path("accounts/mails/works/", views.returned_address_clear, name="returned_address_clear"),
    path("accounts/mails/stop/<str:token>/", views.mail_choice_stop, name="mail_choice_stop"),
]
