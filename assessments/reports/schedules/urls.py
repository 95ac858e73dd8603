"""The URLs of schedules: an organization's, and those of one's teams."""

from django.urls import include, path

from assessments.reports.schedules import views

here = [
    path("", views.report_schedule_list, name="report_schedule_list"),
    path("new", views.report_schedule_create, name="report_schedule_create"),
    path("<int:schedule_pk>/delete", views.report_schedule_delete, name="report_schedule_delete"),
    path("<int:schedule_pk>/resume", views.report_schedule_resume, name="report_schedule_resume"),
]

of_teams = [
    path("", views.team_schedule_list, name="team_schedule_list"),
    path("new", views.team_schedule_create, name="team_schedule_create"),
    path("<int:schedule_pk>/delete", views.team_schedule_delete, name="team_schedule_delete"),
    path("<int:schedule_pk>/resume", views.team_schedule_resume, name="team_schedule_resume"),
]

urlpatterns = [
    path("o/<slug:slug>/reports/schedules/", include(here)),
    path("report-schedules/", include(of_teams)),
]
