"""The URLs of reminders and the calendar: a person's own, and two that a secret opens without signing in."""

from django.urls import path

from assessments.roadmaps.reminding import views

urlpatterns = [
    path("reminders/", views.reminder_setting_update, name="reminder_setting_update"),
    path("reminders/stop/<str:token>/", views.reminder_setting_stop, name="reminder_setting_stop"),
    path("reminders/calendar", views.calendar_feed_create, name="calendar_feed_create"),
    path("reminders/calendar/end", views.calendar_feed_delete, name="calendar_feed_delete"),
    path("calendar/<str:token>.ics", views.calendar_feed_detail, name="calendar_feed_detail"),
]
