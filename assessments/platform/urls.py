"""What is asked of every site."""

from django.urls import path

from assessments.platform import views

urlpatterns = [
    path("robots.txt", views.robots_detail, name="robots_detail"),
    path("mails/returned", views.returned_mail_create, name="returned_mail_create"),
]
