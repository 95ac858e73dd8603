"""The portfolio and the overview of one organization."""

from django.urls import path

from assessments.dashboards import overview, views
from assessments.dashboards.benchmarks import views as benchmark_views
from assessments.dashboards.comparing import views as comparing_views
from assessments.dashboards.importing import views as import_views
from assessments.dashboards.moving import views as moving_views
from assessments.dashboards.portfolio import export_views, view_views
from assessments.dashboards.waiting import views as waiting_views

urlpatterns = [
    path("search/", moving_views.search_list, name="search_list"),
    path("switch/", moving_views.organization_switch, name="organization_switch"),
    path("o/<slug:slug>/next", moving_views.organization_next, name="organization_next"),
    path("benchmark/", benchmark_views.benchmark_detail, name="benchmark_detail"),
    path("benchmark/<int:pk>/share", benchmark_views.benchmark_share, name="benchmark_share"),
    path("o/<slug:slug>/benchmark", benchmark_views.organization_benchmark, name="organization_benchmark"),
    path("compare/", comparing_views.organization_compare, name="organization_compare"),
    path("picture/", comparing_views.portfolio_picture, name="portfolio_picture"),
    path("waiting/", waiting_views.waiting_list, name="waiting_list"),
    path("waiting/<slug:kind>/<int:pk>/dismiss", waiting_views.waiting_dismiss, name="waiting_dismiss"),
    path("", views.organization_list, name="organization_list"),
    path("portfolio/views/new", view_views.portfolio_view_create, name="portfolio_view_create"),
    path("portfolio/views/columns", view_views.portfolio_view_choose, name="portfolio_view_choose"),
    path("portfolio/views/<int:pk>/delete", view_views.portfolio_view_delete, name="portfolio_view_delete"),
    path("organizations/import", import_views.organization_import, name="organization_import"),
    path("portfolio.csv", export_views.portfolio_export, name="portfolio_export"),
    path("portfolio.xlsx", export_views.portfolio_workbook_export, name="portfolio_workbook_export"),
    path("o/<slug:slug>/", overview.organization_detail, name="organization_detail"),
]
