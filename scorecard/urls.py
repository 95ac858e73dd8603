"""The site's URLs: the product's own, the admin's, and the health checks that monitoring and a load balancer ask."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from assessments.organizations.health import health, health_web

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/", login_not_required(health), name="health"),
    path("health/web/", login_not_required(health_web), name="health_web"),
    path("", include("assessments.urls")),
]

# The framework's own read the body once more, for the token, and so fail where it is the body that cannot be read.
handler400 = "assessments.organizations.failures.bad_request"
handler403 = "assessments.organizations.failures.permission_denied"
handler404 = "assessments.organizations.failures.page_not_found"
handler500 = "assessments.organizations.failures.server_error"
