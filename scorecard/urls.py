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

# The framework's own read the body once more, for the token, and so fail where it is the body that cannot be read.
handler400 = "assessments.organizations.failures.bad_request"
handler403 = "assessments.organizations.failures.permission_denied"
handler404 = "assessments.organizations.failures.page_not_found"
handler500 = "assessments.organizations.failures.server_error"
