"""The site's URLs: the product's own, the admin's, and the health checks that monitoring and a load balancer ask."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from assessments.platform.health import health, health_live, health_ready, health_web
from assessments.platform.watching.metrics import health_metrics

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/", login_not_required(health), name="health"),
    path("health/web/", login_not_required(health_web), name="health_web"),
    path("health/live", login_not_required(health_live), name="health_live"),
    path("health/ready", login_not_required(health_ready), name="health_ready"),
    path("health/metrics", login_not_required(health_metrics), name="health_metrics"),
    path("", include("assessments.urls")),
]

# The framework's own read the body once more, for the token, and so fail where it is the body that cannot be read.
handler400 = "assessments.platform.failures.bad_request"
handler403 = "assessments.platform.failures.permission_denied"
handler404 = "assessments.platform.failures.page_not_found"
handler500 = "assessments.platform.failures.server_error"
