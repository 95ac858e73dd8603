"""The site's URLs: the product's own, the admin's, and the health check that a load balancer asks."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from health_check.views import HealthCheckView

health = HealthCheckView.as_view(checks=["health_check.checks.Database", "health_check.checks.Cache"])

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/", login_not_required(health), name="health"),
    path("", include("assessments.urls")),
]
