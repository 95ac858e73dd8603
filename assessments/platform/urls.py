"""What is asked of every site."""

from django.urls import path

from assessments.platform import views

urlpatterns = [path("robots.txt", views.robots_detail, name="robots_detail")]
