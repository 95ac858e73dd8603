"""The webhooks' URLs: those of an organization, and those of a team."""

from django.urls import include, path

from assessments.webhooks import views

of_organization = [
    path("", views.webhook_list, name="webhook_list"),
    path("new", views.webhook_create, name="webhook_create"),
    path("<int:pk>/", views.webhook_detail, name="webhook_detail"),
    path("<int:pk>/update", views.webhook_update, name="webhook_update"),
    path("<int:pk>/secret", views.webhook_rotate, name="webhook_rotate"),
    path("<int:pk>/test", views.webhook_test, name="webhook_test"),
    path("<int:pk>/resume", views.webhook_resume, name="webhook_resume"),
    path("<int:pk>/delete", views.webhook_delete, name="webhook_delete"),
    path("<int:pk>/deliveries/<int:delivery_pk>/again", views.webhook_delivery_resend, name="webhook_delivery_resend"),
]

of_team = [
    path("", views.team_webhook_list, name="team_webhook_list"),
    path("new", views.team_webhook_create, name="team_webhook_create"),
    path("<int:pk>/", views.team_webhook_detail, name="team_webhook_detail"),
    path("<int:pk>/update", views.team_webhook_update, name="team_webhook_update"),
    path("<int:pk>/secret", views.team_webhook_rotate, name="team_webhook_rotate"),
    path("<int:pk>/test", views.team_webhook_test, name="team_webhook_test"),
    path("<int:pk>/resume", views.team_webhook_resume, name="team_webhook_resume"),
    path("<int:pk>/delete", views.team_webhook_delete, name="team_webhook_delete"),
    path(
        "<int:pk>/deliveries/<int:delivery_pk>/again",
        views.team_webhook_delivery_resend,
        name="team_webhook_delivery_resend",
    ),
]

urlpatterns = [
    path("o/<slug:slug>/webhooks/", include(of_organization)),
    path("teams/<int:team_pk>/webhooks/", include(of_team)),
]
