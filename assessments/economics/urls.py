"""The URLs of the calculators and the scenarios, all below one organization."""

from django.urls import include, path

from assessments.economics import file_views, scenario_views, views

scenario = [
    path("", scenario_views.scenario_detail, name="scenario_detail"),
    path("update", scenario_views.scenario_update, name="scenario_update"),
    path("save/<slug:part>", scenario_views.scenario_save, name="scenario_save"),
    path("copy", scenario_views.scenario_copy, name="scenario_copy"),
    path("count", scenario_views.scenario_count, name="scenario_count"),
    path("take", scenario_views.scenario_take, name="scenario_take"),
    path("delete", scenario_views.scenario_delete, name="scenario_delete"),
    path("files/new", file_views.scenario_drop_create, name="scenario_drop_create"),
    path("files/<uuid:batch>", file_views.scenario_drop_detail, name="scenario_drop_detail"),
    path("files/<uuid:batch>/take", file_views.scenario_drop_take, name="scenario_drop_take"),
    path("files/<uuid:batch>/delete", file_views.scenario_drop_delete, name="scenario_drop_delete"),
]

urlpatterns = [
    path("o/<slug:slug>/economics/", views.calculator_list, name="calculator_list"),
    path("o/<slug:slug>/economics/scenarios/new", views.scenario_create, name="scenario_create"),
    path("o/<slug:slug>/economics/scenarios/compare", views.scenario_compare, name="scenario_compare"),
    path("o/<slug:slug>/economics/scenarios/<int:pk>/", include(scenario)),
]
