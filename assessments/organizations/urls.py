"""The organizations' URLs."""

from django.urls import path

from assessments.organizations import activity, people_views, views
from assessments.organizations.branding import views as branding
from assessments.organizations.tokens import views as tokens

urlpatterns = [
    path("organizations/new", views.organization_create, name="organization_create"),
    path("o/<slug:slug>/settings", views.organization_update, name="organization_update"),
    path("o/<slug:slug>/delete", views.organization_delete, name="organization_delete"),
    path("o/<slug:slug>/branding", branding.brand_update, name="brand_update"),
    path("o/<slug:slug>/branding/<slug:digest>/logo", branding.brand_logo, name="brand_logo"),
    path("o/<slug:slug>/branding/<slug:digest>/colors.css", branding.brand_styles, name="brand_styles"),
    path("teams/<int:pk>/branding", branding.team_brand_update, name="team_brand_update"),
    path("teams/<int:pk>/branding/<slug:digest>/logo", branding.team_brand_logo, name="team_brand_logo"),
    path("teams/<int:pk>/branding/<slug:digest>/colors.css", branding.team_brand_styles, name="team_brand_styles"),
    path("o/<slug:slug>/people/", people_views.membership_list, name="membership_list"),
    path("o/<slug:slug>/people/leave", people_views.membership_leave, name="membership_leave"),
    path("o/<slug:slug>/people/<int:pk>", people_views.membership_update, name="membership_update"),
    path("o/<slug:slug>/people/<int:pk>/remove", people_views.membership_delete, name="membership_delete"),
    path("o/<slug:slug>/teams/new", people_views.team_grant_create, name="team_grant_create"),
    path("o/<slug:slug>/teams/<int:pk>", people_views.team_grant_update, name="team_grant_update"),
    path("o/<slug:slug>/teams/<int:pk>/remove", people_views.team_grant_delete, name="team_grant_delete"),
    path("o/<slug:slug>/invitations/new", people_views.invitation_create, name="invitation_create"),
    path("o/<slug:slug>/invitations/<int:pk>/resend", people_views.invitation_resend, name="invitation_resend"),
    path("o/<slug:slug>/invitations/<int:pk>/withdraw", people_views.invitation_delete, name="invitation_delete"),
    path("o/<slug:slug>/activity/", activity.audit_event_list, name="audit_event_list"),
    path("o/<slug:slug>/activity/csv", activity.audit_event_export, name="audit_event_export"),
    path("activity/", activity.audit_event_overview, name="audit_event_overview"),
    path("activity/csv", activity.audit_event_overview_export, name="audit_event_overview_export"),
    path("o/<slug:slug>/tokens/", tokens.organization_token_list, name="organization_token_list"),
    path("o/<slug:slug>/tokens/<int:token_pk>/end", tokens.organization_token_delete, name="organization_token_delete"),
    path("accounts/tokens/", tokens.personal_token_list, name="personal_token_list"),
    path("accounts/tokens/<int:token_pk>/end", tokens.personal_token_delete, name="personal_token_delete"),
    path("invitations/<str:token>/", people_views.invitation_accept, name="invitation_accept"),
]
