"""The policy: who may open what. Every URL of the site, by every kind of person, with every method.

A new URL needs a row in `POLICY`, a new kind of person a line in `PEOPLE`; until then a test here fails.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from itertools import product
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessments import framework
from assessments.accounts.models import User
from assessments.economics.models import Scenario
from assessments.figures.models import FigureDrop, MeasuredFigure
from assessments.organizations.branding.models import Brand
from assessments.organizations.models import Invitation, Membership, Organization, Role, TeamGrant
from assessments.reports.batches.models import ReportBatch
from assessments.reports.batches.services import request_batch
from assessments.reports.choices import defaults
from assessments.reports.exchange.models import ScorecardImport
from assessments.reports.models import Report
from assessments.reports.preparing.models import ReportTemplate
from assessments.reports.schedules.models import ReportSchedule
from assessments.reports.schedules.services import start_schedule
from assessments.reports.services import request_report
from assessments.reports.sharing.links import make_link
from assessments.reports.sharing.models import ReportDelivery, ReportLink, ReportSending
from assessments.reports.sharing.recipients import Recipient
from assessments.reports.sharing.sendings import send_reports
from assessments.roadmaps.items import attachments
from assessments.roadmaps.models import Roadmap, RoadmapEvidence, RoadmapItem
from assessments.rounds.models import Rater, RaterEvidence
from assessments.rounds.rating import attaching
from assessments.rounds.reviewing.models import SignOffReview
from assessments.saving.uploads import check_upload
from assessments.scorecards import services
from assessments.scorecards.models import Evidence, Scorecard
from assessments.scorecards.outlook.models import EarlierAssessment
from assessments.vendors import services as vendors
from assessments.vendors.models import VendorEvidence, VendorImport, VendorReview
from assessments.webhooks.models import Webhook, WebhookDelivery
from assessments.webhooks.services import try_webhook
from tests.factories import (
    PASSWORD,
    make_brand,
    make_drop,
    make_earlier,
    make_grant,
    make_measured,
    make_membership,
    make_organization,
    make_rater,
    make_roadmap,
    make_round,
    make_scenario,
    make_scorecard,
    make_team,
    make_user,
    make_vendor_review,
    make_webhook,
)

COLUMNS = ("anonymous", "outsider", "viewer", "editor", "owner")
# A client lead opens what an editor opens, and of what else is an owner's these alone.
LEADS = {
    "invitation_create",
    "invitation_delete",
    "invitation_resend",
    "membership_delete",
    "membership_list",
    "membership_update",
}

# "sign-in" is the redirect to the sign-in page that comes back here; everything else is the status of the answer.
# The health check says 503 here: no worker runs beside these tests.
POLICY = """
URL                                  | GET: anonymous outsider viewer editor owner | POST: anonymous outsider viewer editor owner
health                               |      503       503      503    503    503   |       405       405      405    405    405
health_web                           |      200       200      200    200    200   |       405       405      405    405    405
health_live                          |      200       200      200    200    200   |       405       405      405    405    405
health_ready                         |      503       503      503    503    503   |       405       405      405    405    405
health_metrics                       |      404       404      404    404    404   |       405       405      405    405    405
account_login                        |      200       302      302    302    302   |       200       302      302    302    302
account_logout                       |      302       200      200    200    200   |       302       302      302    302    302
account_signup                       |      200       302      302    302    302   |       200       302      302    302    302
account_inactive                     |      200       200      200    200    200   |       405       405      405    405    405
account_change_password              |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
account_reset_password               |      200       200      200    200    200   |       302       302      302    302    302
account_reset_password_done          |      200       200      200    200    200   |       405       405      405    405    405
account_reset_password_from_key      |      200       200      200    200    200   |       200       200      200    200    200
account_reset_password_from_key_done |      200       200      200    200    200   |       405       405      405    405    405
account_detail                       |      sign-in   200      200    200    200   |       sign-in   422      422    422    422
account_reauthenticate               |      sign-in   200      200    200    200   |       sign-in   200      200    200    200
mfa_reauthenticate                   |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_reauthenticate_webauthn          |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
account_email                        |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
account_confirm_email                |      sign-in   200      200    200    200   |       sign-in   404      404    404    404
account_set_password                 |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_index                            |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_authenticate                     |      302       302      302    302    302   |       302       302      302    302    302
mfa_activate_totp                    |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_deactivate_totp                  |      sign-in   404      404    404    404   |       sign-in   404      404    404    404
mfa_view_recovery_codes              |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
mfa_generate_recovery_codes          |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_download_recovery_codes          |      sign-in   404      404    404    404   |       sign-in   404      404    404    404
mfa_list_webauthn                    |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_login_webauthn                   |      302       302      302    302    302   |       302       302      302    302    302
mfa_add_webauthn                     |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_edit_webauthn                    |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
mfa_remove_webauthn                  |      sign-in   302      302    302    302   |       sign-in   302      302    302    302
socialaccount_connections            |      sign-in   200      200    200    200   |       sign-in   200      200    200    200
socialaccount_login_cancelled        |      200       200      200    200    200   |       405       405      405    405    405
openid_connect_login                 |      404       404      404    404    404   |       404       404      404    404    404
openid_connect_callback              |      404       404      404    404    404   |       404       404      404    404    404
usersessions_list                    |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
organization_list                    |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
organization_import                  |      sign-in   200      200    200    200   |       sign-in   422      422    422    422
portfolio_view_create                |      sign-in   405      405    405    405   |       sign-in   302      302    302    302
portfolio_view_choose                |      sign-in   405      405    405    405   |       sign-in   302      302    302    302
portfolio_view_delete                |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
portfolio_export                     |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
portfolio_workbook_export            |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
report_sample                        |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
handbook_list                        |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
handbook_search                      |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
handbook_detail                      |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
search_list                          |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
organization_switch                  |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
organization_next                    |      sign-in   404      302    302    302   |       sign-in   405      405    405    405
waiting_list                         |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
organization_compare                 |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
portfolio_picture                    |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
benchmark_detail                     |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
waiting_dismiss                      |      sign-in   405      405    405    405   |       sign-in   302      302    302    302
benchmark_share                      |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
organization_benchmark               |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
organization_create                  |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
organization_detail                  |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
organization_update                  |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
organization_delete                  |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
brand_update                         |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
brand_logo                           |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
brand_styles                         |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
team_brand_update                    |      sign-in   404      404    404    404   |       sign-in   404      404    404    404
team_brand_logo                      |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
team_brand_styles                    |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
webhook_list                         |      sign-in   404      403    403   200   |       sign-in   405      405    405    405
webhook_create                       |      sign-in   404      403    403   200   |       sign-in   404      403    403    200
webhook_detail                       |      sign-in   404      403    403   200   |       sign-in   405      405    405    405
webhook_update                       |      sign-in   404      403    403   200   |       sign-in   404      403    403    302
webhook_rotate                       |      sign-in   404      403    403   200   |       sign-in   404      403    403    200
webhook_test                         |      sign-in   405      405    405   405   |       sign-in   404      403    403    302
webhook_resume                       |      sign-in   405      405    405   405   |       sign-in   404      403    403    302
webhook_delete                       |      sign-in   405      405    405   405   |       sign-in   404      403    403    302
webhook_delivery_resend              |      sign-in   405      405    405   405   |       sign-in   404      403    403    302
team_webhook_list                    |      sign-in   404      404    404   404   |       sign-in   405      405    405    405
team_webhook_create                  |      sign-in   404      404    404   404   |       sign-in   404      404    404    404
team_webhook_detail                  |      sign-in   404      404    404   404   |       sign-in   405      405    405    405
team_webhook_update                  |      sign-in   404      404    404   404   |       sign-in   404      404    404    404
team_webhook_rotate                  |      sign-in   404      404    404   404   |       sign-in   404      404    404    404
team_webhook_test                    |      sign-in   405      405    405   405   |       sign-in   404      404    404    404
team_webhook_resume                  |      sign-in   405      405    405   405   |       sign-in   404      404    404    404
team_webhook_delete                  |      sign-in   405      405    405   405   |       sign-in   404      404    404    404
team_webhook_delivery_resend         |      sign-in   405      405    405   405   |       sign-in   404      404    404    404
membership_list                      |      sign-in   404      403    403    200   |       sign-in   405      405    405    405
membership_leave                     |      sign-in   404      200    200    200   |       sign-in   404      302    302    302
membership_update                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
membership_delete                    |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
team_grant_create                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    422
team_grant_update                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
team_grant_delete                    |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
invitation_create                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
invitation_resend                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
invitation_delete                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
audit_event_list                     |      sign-in   404      403    403    200   |       sign-in   405      405    405    405
audit_event_export                   |      sign-in   404      403    403    200   |       sign-in   405      405    405    405
audit_event_overview                 |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
audit_event_overview_export          |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
robots_detail                        |      200       200      200    200    200   |       405       405      405    405    405
language_update                      |      200       200      200    200    200   |       422       422      422    422    422
unsent_detail                        |      sign-in   302      302    302    302   |       sign-in   405      405    405    405
invitation_accept                    |      404       404      404    404    404   |       404       404      404    404    404
organization_export                  |      sign-in   405      405    405    405   |       sign-in   404      403    403    200
mail_choice_update                   |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
returned_address_clear               |      sign-in   405      405    405    405   |       sign-in   302      302    302    302
mail_choice_stop                     |      404       404      404    404    404   |       404       404      404    404    404
returned_mail_create                 |      405       405      405    405    405   |       404       404      404    404    404
reminder_setting_update              |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
reminder_setting_stop                |      404       404      404    404    404   |       404       404      404    404    404
calendar_feed_create                 |      sign-in   405      405    405    405   |       sign-in   200      200    200    200
calendar_feed_delete                 |      sign-in   405      405    405    405   |       sign-in   302      302    302    302
calendar_feed_detail                 |      404       404      404    404    404   |       405       405      405    405    405
scorecard_list                       |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
scorecard_create                     |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scorecard_detail                     |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
scorecard_update                     |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
scorecard_rename                     |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scorecard_sign_off                   |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
scorecard_delete                     |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
scorecard_prepare                    |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
scorecard_upgrade                    |      sign-in   404      403    200    200   |       sign-in   404      403    409    409
scorecard_take_back                  |      sign-in   404      403    200    200   |       sign-in   404      403    409    409
target_update                        |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
rhythm_update                        |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
earlier_assessment_create            |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
earlier_assessment_detail            |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
earlier_assessment_delete            |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
scorecard_compare                    |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
response_update                      |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
decider_update                       |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
fact_update                          |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
answer_request_create                |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
evidence_see                         |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
evidence_create                      |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
evidence_download                    |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
evidence_update                      |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
evidence_delete                      |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
figure_list                          |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
figure_delete                        |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
figure_take                          |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
figure_source_update                 |      sign-in   404      403    403    404   |       sign-in   404      403    403    404
figure_source_delete                 |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
figure_token_list                    |      sign-in   404      403    403    302   |       sign-in   405      405    405    405
organization_token_list              |      sign-in   404      403    403    200   |       sign-in   404      403    403    200
organization_token_delete            |      sign-in   405      405    405    405   |       sign-in   404      403    403    404
personal_token_list                  |      sign-in   200      200    200    200   |       sign-in   302      302    302    302
personal_token_delete                |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
api_document_detail                  |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
figure_push                          |      405       405      405    405    405   |       401       401      401    401    401
figure_drop_create                   |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
figure_drop_detail                   |      sign-in   404      403    200    200   |       sign-in   405      405    405    405
figure_drop_take                     |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
figure_drop_delete                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_review_list                   |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_review_create                 |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
vendor_review_detail                 |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_review_update                 |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
vendor_review_edit                   |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
vendor_review_complete               |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
vendor_review_reopen                 |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_review_repeat                 |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_review_delete                 |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
vendor_answer_update                 |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
vendor_evidence_create               |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
vendor_drop_detail                   |      sign-in   404      403    302    302   |       sign-in   404      403    302    302
vendor_evidence_download             |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_evidence_delete               |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_review_compare                |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_comparison_export             |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
topic_weight_update                  |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_link_create                   |      sign-in   404      403    200    200   |       sign-in   404      403    200    200
vendor_link_revoke                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_link_remind                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
vendor_request_create                |      sign-in   200      200    200    200   |       sign-in   200      200    200    200
vendor_link_export                   |      404       404      404    404    404   |       405       405      405    405    405
vendor_link_answer                   |      404       404      404    404    404   |       404       404      404    404    404
vendor_link_unlock                   |      405       405      405    405    405   |       404       404      404    404    404
vendor_link_submit                   |      404       404      404    404    404   |       404       404      404    404    404
vendor_link_save                     |      405       405      405    405    405   |       404       404      404    404    404
vendor_link_attach                   |      404       404      404    404    404   |       404       404      404    404    404
vendor_link_drop                     |      404       404      404    404    404   |       404       404      404    404    404
vendor_link_download                 |      404       404      404    404    404   |       405       405      405    405    405
vendor_link_logo                     |      404       404      404    404    404   |       405       405      405    405    405
vendor_link_styles                   |      404       404      404    404    404   |       405       405      405    405    405
vendor_link_detach                   |      405       405      405    405    405   |       404       404      404    404    404
vendor_review_export                 |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_review_import                 |      sign-in   404      403    200    200   |       sign-in   404      403    422    422
vendor_import_detail                 |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_import_download               |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
vendor_import_take                   |      sign-in   405      405    405    405   |       sign-in   404      403    422    422
calculator_list                      |      sign-in   404      200    200    200   |       sign-in   404      200    200    200
scenario_create                      |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_compare                     |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
scenario_detail                      |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
scenario_update                      |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_save                        |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
scenario_copy                        |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_count                       |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_take                        |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_drop_create                 |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
scenario_drop_detail                 |      sign-in   404      403    302    302   |       sign-in   405      405    405    405
scenario_drop_take                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_drop_delete                 |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
scenario_delete                      |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
roadmap_item_mine                    |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
roadmap_list                         |      sign-in   404      302    302    302   |       sign-in   405      405    405    405
roadmap_create                       |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
roadmap_detail                       |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
roadmap_timeline                     |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
roadmap_export                       |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
roadmap_delete                       |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
roadmap_undo                         |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
suggestion_take                      |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
suggestion_dismiss                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
suggestion_restore                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
roadmap_item_list                    |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
roadmap_item_bulk                    |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
roadmap_item_create                  |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
roadmap_item_detail                  |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
roadmap_item_update                  |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
roadmap_item_save                    |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
roadmap_item_move                    |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
roadmap_item_delete                  |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
roadmap_comment_create               |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
roadmap_evidence_create              |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
roadmap_evidence_download            |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
roadmap_evidence_delete              |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
team_check_list                      |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
team_check_update                    |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
team_check_save                      |      sign-in   405      405    405    405   |       sign-in   404      403    200    200
nist_detail                          |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
review_setting_update                |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
sign_off_review_create               |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
sign_off_review_update               |      sign-in   404      200    200    200   |       sign-in   404      422    422    422
round_list                           |      sign-in   404      302    302    302   |       sign-in   405      405    405    405
round_create                         |      sign-in   404      403    403    200   |       sign-in   404      403    403    422
round_detail                         |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
round_update                         |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
round_close                          |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
rater_create                         |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
rater_update                         |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
rater_delete                         |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
rater_link_create                    |      sign-in   404      403    403    200   |       sign-in   404      403    403    200
rater_link_revoke                    |      sign-in   405      405    405    405   |       sign-in   404      403    403    302
rating_update                        |      sign-in   404      404    404    404   |       sign-in   404      404    404    404
rating_save                          |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
settlement_update                    |      sign-in   404      403    302    302   |       sign-in   404      403    302    302
settlement_take                      |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
rating_take                          |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
rating_attach                        |      sign-in   404      404    404    404   |       sign-in   404      404    404    404
rater_evidence_download              |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
rater_evidence_delete                |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
rater_evidence_take                  |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
rater_link_attach                    |      404       404      404    404    404   |       404       404      404    404    404
rater_link_download                  |      404       404      404    404    404   |       405       405      405    405    405
rater_link_detach                    |      405       405      405    405    405   |       404       404      404    404    404
rater_link_rate                      |      404       404      404    404    404   |       404       404      404    404    404
rater_link_unlock                    |      405       405      405    405    405   |       404       404      404    404    404
rater_link_save                      |      405       405      405    405    405   |       404       404      404    404    404
rater_link_logo                      |      404       404      404    404    404   |       405       405      405    405    405
rater_link_styles                    |      404       404      404    404    404   |       405       405      405    405    405
report_list                          |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
report_create                        |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_prepare                       |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
report_preview                       |      sign-in   404      403    200    200   |       sign-in   405      405    405    405
report_template_update               |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
report_template_delete               |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_status                        |      sign-in   404      302    302    302   |       sign-in   405      405    405    405
report_download                      |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
report_retry                         |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_link_list                     |      sign-in   404      403    200    200   |       sign-in   405      405    405    405
report_link_create                   |      sign-in   404      403    200    200   |       sign-in   404      403    200    200
report_link_revoke                   |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_sending_create                |      sign-in   404      403    200    200   |       sign-in   404      403    302    302
report_sending_detail                |      sign-in   404      403    200    200   |       sign-in   405      405    405    405
report_sending_retry                 |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_share_detail                  |      404       404      404    404    404   |       405       405      405    405    405
report_share_unlock                  |      405       405      405    405    405   |       404       404      404    404    404
report_share_view                    |      404       404      404    404    404   |       405       405      405    405    405
report_share_download                |      404       404      404    404    404   |       405       405      405    405    405
report_share_logo                    |      404       404      404    404    404   |       405       405      405    405    405
report_share_styles                  |      404       404      404    404    404   |       405       405      405    405    405
report_batch_list                    |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
report_batch_create                  |      sign-in   200      200    200    200   |       sign-in   422      302    302    302
report_batch_detail                  |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
report_batch_status                  |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
report_batch_retry                   |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
report_batch_download                |      sign-in   404      404    404    404   |       sign-in   405      405    405    405
report_schedule_list                 |      sign-in   404      403    200    200   |       sign-in   405      405    405    405
report_schedule_create               |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_schedule_delete               |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_schedule_resume               |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
team_schedule_list                   |      sign-in   200      200    200    200   |       sign-in   405      405    405    405
team_schedule_create                 |      sign-in   405      405    405    405   |       sign-in   422      422    422    422
team_schedule_delete                 |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
team_schedule_resume                 |      sign-in   405      405    405    405   |       sign-in   404      404    404    404
report_retention_update              |      sign-in   404      403    403    200   |       sign-in   404      403    403    302
report_keep                          |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
report_repeat                        |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
chart_download                       |      sign-in   404      200    200    200   |       sign-in   405      405    405    405
scorecard_import_create              |      sign-in   404      403    200    200   |       sign-in   404      403    422    422
scorecard_import_detail              |      sign-in   404      403    200    200   |       sign-in   405      405    405    405
scorecard_import_take                |      sign-in   405      405    405    405   |       sign-in   404      403    422    422
scorecard_import_delete              |      sign-in   405      405    405    405   |       sign-in   404      403    302    302
"""  # noqa: E501  a table is read across

# What can be read without signing in, and nothing else.
PUBLIC = {
    "health",
    "health_web",
    "health_live",
    "health_ready",
    "health_metrics",
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "calendar_feed_detail",
    "figure_push",
    "invitation_accept",
    "language_update",
    "robots_detail",
    "mail_choice_stop",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_callback",
    "openid_connect_login",
    "rater_link_attach",
    "rater_link_detach",
    "rater_link_download",
    "rater_link_logo",
    "rater_link_rate",
    "rater_link_save",
    "rater_link_styles",
    "rater_link_unlock",
    "reminder_setting_stop",
    "returned_mail_create",
    "report_share_detail",
    "report_share_logo",
    "report_share_styles",
    "report_share_download",
    "report_share_unlock",
    "report_share_view",
    "socialaccount_login_cancelled",
    "vendor_link_answer",
    "vendor_link_attach",
    "vendor_link_detach",
    "vendor_link_download",
    "vendor_link_drop",
    "vendor_link_export",
    "vendor_link_logo",
    "vendor_link_save",
    "vendor_link_styles",
    "vendor_link_submit",
    "vendor_link_unlock",
}

DENIED = ("sign-in", "401", "403", "404", "405")

NAME = "Zephyrine Holdings"


PREPARED = {
    "section": ["summary"],
    "order": ["summary"],
    "paper": "a4",
    "people": "names",
    "status": "draft",
    "do": "save",
}


@dataclass(frozen=True)
class World:
    """An organization with something of everything in it."""

    organization: Organization
    scorecard: Scorecard
    plannable: Scorecard
    evidence: Evidence
    roadmap: Roadmap
    item: RoadmapItem
    item_proof: RoadmapEvidence
    report: Report
    failed: Report
    membership: Membership
    grant: TeamGrant
    invitation: Invitation
    token: str
    review: VendorReview
    proof: VendorEvidence
    imported: VendorImport
    brought: ScorecardImport
    scenario: Scenario
    drop: FigureDrop
    figure: MeasuredFigure
    link: ReportLink
    sending: ReportSending
    batch: ReportBatch
    schedule: ReportSchedule
    earlier: EarlierAssessment
    template: ReportTemplate
    brand: Brand
    rater: Rater
    rater_proof: RaterEvidence
    sign_off_review: SignOffReview
    webhook: Webhook
    team_webhook: Webhook

    def arguments(self, name: str) -> dict[str, str]:
        """What stands in the URL of that name, by the names of its parts."""
        rows = {
            "membership": self.membership,
            "team": self.grant,
            "invitation": self.invitation,
            "report": self.report,
            "vendor": self.review,
            "roadmap": self.roadmap,
            "suggestion": self.roadmap,
            "scenario": self.scenario,
            "earlier": self.earlier,
            "benchmark": self.grant.team,
            "round": self.rater.round,
            "rater": self.rater.round,
            "rating": self.rater.round,
            "settlement": self.rater.round,
            "webhook": self.webhook,
        }
        proofs = {"vendor": self.proof, "roadmap": self.item_proof, "rater": self.rater_proof}
        row = self.failed if name == "report_retry" else rows.get(name.partition("_")[0], self.scorecard)
        row = self.batch if name.startswith("report_batch_") else row
        row = self.imported if name.startswith("vendor_import_") else row
        row = self.grant.team if name.startswith("team_brand_") else row
        row = self.team_webhook if name.startswith("team_webhook_") else row
        row = self.brought if name.startswith("scorecard_import_") else row
        row = self.scorecard if name in ("round_list", "round_create") else row
        row = self.sign_off_review if name == "sign_off_review_update" else row
        return {
            "slug": self.organization.slug,
            "pk": str(row.pk),
            "digest": self.brand.digest,
            "category": "cost-model",
            "chart": "levels",
            "ending": "svg",
            "page": "utilization",
            "kind": "vendor" if name.startswith("waiting_") else "pitfall",
            "check": "late-power",
            "decider": "feature-unit-cost",
            "batch": str(self.drop.batch),
            "figure_pk": str(self.figure.pk),
            "token_pk": "1",
            "rater_pk": str(self.rater.pk),
            "rating_pk": str(self.rater.ratings.first().pk),
            "link_pk": str(self.link.pk),
            "schedule_pk": str(self.schedule.pk),
            "sending_pk": str(self.sending.pk),
            "delivery_pk": str(self._delivery(name).pk),
            "team_pk": str(self.grant.team_id),
            "drop_pk": str(self.drop.pk),
            "template_pk": str(self.template.pk),
            "part": {"vendor": "rating", "roadmap": "status", "scenario": "name"}.get(name.partition("_")[0], "level"),
            "item_pk": str(self.item.pk),
            "question": "preemption",
            "rest": "Nothing",
            "fact": "unit-cost",
            "roadmap": str(self.roadmap.pk),
            "item": str(self.item.pk),
            "review": str(self.review.pk),
            "scenario": str(self.scenario.pk),
            "entry": "idle-spend-monthly_spend",
            "asked": str(self.rater.round.pk),
            "evidence_pk": str(proofs.get(name.partition("_")[0], self.evidence).pk),
            "uidb36": "1",
            "key": "set-password",
            "token": self.token,
            "provider_id": "sso",
        }

    def _delivery(self, name: str) -> ReportDelivery | WebhookDelivery:
        webhook = {"webhook": self.webhook, "team": self.team_webhook}.get(name.partition("_")[0])
        return webhook.deliveries.earliest("pk") if webhook else self.sending.deliveries.get()

    def fields(self, name: str) -> dict[str, str]:
        """A form that the view of that name would act on."""
        organization = {"name": "Renamed", "hosting_model": "cloud", "currency": "EUR"}
        new = "amber-harbor-77"
        hook = {"name": "Told", "address": "https://93.184.216.34/", "format": "json", "events": "line.below"}
        return {
            "account_login": {"login": "nobody@example.com", "password": "wrong"},
            "account_change_password": {"oldpassword": PASSWORD, "password1": new, "password2": new},
            "account_reset_password": {"email": "nobody@example.com"},
            "organization_create": organization | {"team": "none"},
            "organization_update": organization,
            "brand_update": {"color": "#1b4b78"},
            "webhook_create": hook,
            "webhook_update": hook | {"version": "0"},
            "team_webhook_create": hook,
            "team_webhook_update": hook | {"version": "0"},
            "scorecard_create": {"title": "Another"},
            "scorecard_update": {"cost-model-level": "2", "cost-model-level_version": "0"},
            "scorecard_rename": {"title": "Renamed"},
            "scorecard_sign_off": {"digest": services.answers_digest(self.scorecard)},
            "response_update": {"cost-model-level": "2", "cost-model-level_version": "0"},
            "decider_update": {"feature-unit-cost-state": "2", "feature-unit-cost-state_version": "0"},
            "answer_request_create": {"asked": str(self.organization.created_by_id)},
            "fact_update": {"unit-cost-amount": "2", "unit-cost-fact_version": "0"},
            "evidence_create": {"url": "https://wiki.example.com/costs", "deciders": "feature-unit-cost"},
            "figure_drop_create": {"text": "Requests/sec: 12"},
            "figure_take": {"for": "of:reliability-targets:monthly-results"},
            "organization_token_list": {"name": "Load test", "scope": "figures", "role": "20", "lasts": "30"},
            "figure_drop_take": {"take": f"{self.drop.pk}-4", f"d{self.drop.pk}-on": "2026-11-02"},
            "vendor_link_create": {"days": "14"},
            "rater_link_create": {"days": "14"},
            "sign_off_review_create": {"reviewer": str(self.membership.user_id)},
            "rater_create": {"how": "link", "name": "Sofia Lindqvist"},
            "settlement_update": {"level": "1", "version": "0"},
            "reminder_setting_update": {"days_before": "3", "weekly_digest": "on"},
            "roadmap_create": {"scorecard": str(self.plannable.pk), "starts_on": timezone.localdate().isoformat()},
            "suggestion_take": {"source": "fact:unit-cost"},
            "suggestion_dismiss": {"source": "fact:unit-cost"},
            "suggestion_restore": {"source": "fact:unit-cost"},
            "roadmap_item_create": {"title": "Another", "phase": "days-30"},
            "roadmap_item_save": {f"i{self.item.pk}-status": "doing", f"i{self.item.pk}-status_version": "0"},
            "roadmap_item_update": {f"i{self.item.pk}-status": "doing", f"i{self.item.pk}-status_version": "0"},
            "roadmap_item_move": {"to": f"{self.item.pk}.0.days-60"},
            "team_check_save": {"pitfall-late-power-fits": "yes", "pitfall-late-power-check_version": "0"},
            "team_check_update": {"pitfall-late-power-fits": "yes", "pitfall-late-power-check_version": "0"},
            "roadmap_comment_create": {"text": "On Monday"},
            "roadmap_evidence_create": {"url": "https://wiki.example.com/plan"},
            "scenario_create": {"name": "Another", "idle-spend-feed_percent": "60"},
            "scenario_save": {f"s{self.scenario.pk}-name": "Renamed", f"s{self.scenario.pk}-name_version": "0"},
            "scenario_update": {f"s{self.scenario.pk}-name": "Renamed", f"s{self.scenario.pk}-name_version": "0"},
            "scenario_drop_create": {"text": "Requests/sec: 12"},
            "scenario_take": {"figure": "idle-spend.feed_percent=60"},
            "report_repeat": {"format": "pptx"},
            "report_create": {"scorecard": str(self.scorecard.pk)},
            "report_prepare": PREPARED | {"scorecard": str(self.scorecard.pk)},
            "report_template_update": {"name": "Renamed"},
            "report_batch_create": {"organization": str(self.organization.pk)},
            "report_schedule_create": {"every": "month", "day": "1", "to": "a@example.com", "how": "link"},
            "report_retention_update": {"how": "days", "days": "90"},
            "report_keep": {"keep": "yes"},
            "report_link_create": {"what": str(self.report.pk), "days": "14"},
            "report_sending_create": {"what": str(self.report.pk), "to": "a@example.com", "how": "link", "days": "14"},
            "vendor_review_create": {"name": "Another", "reviewed_on": "2026-11-02", "hosting_model": "cloud"},
            "vendor_review_edit": {"name": "Another", "reviewed_on": "2026-11-02", "hosting_model": "cloud"},
            "vendor_answer_update": {"preemption-rating": "2", "preemption-rating_version": "0"},
            "vendor_evidence_create": {"url": "https://wiki.example.com/costs"},
            "topic_weight_update": {"topic-serving": "3"},
            "target_update": {"due_on": "2036-01-31", "level-cost-model": "2"},
            "rhythm_update": {"months": "6"},
            "earlier_assessment_create": {
                "on": "2020-02-03",
                **{f"level-{key}": "1" for key in framework.current().category_keys},
            },
            "organization_delete": {"name": self.organization.name},
            "membership_update": {"role": str(int(Role.EDITOR))},
            "team_grant_update": {"role": str(int(Role.EDITOR))},
            "invitation_create": {"email": "new@example.com", "role": str(int(Role.VIEWER))},
        }.get(name, {})


def _brought(organization: Organization) -> ScorecardImport:
    """An assessment that came in as a file, which the open one keeps from being taken."""
    version = {"key": "ai-infrastructure", "version": "2026.2"}
    return organization.scorecard_imports.create(
        filename=f"{NAME}.json",
        title=NAME,
        contents={"framework": version, "categories": {}, "facts": {}},
        lines=[],
        created_by=organization.created_by,
    )


def _member(role: Role) -> Callable[[Organization], User]:
    return lambda organization: make_membership(organization, role=role).user


def _through_team(role: Role) -> Callable[[Organization], User]:
    def make(organization: Organization) -> User:
        user = make_user()
        make_grant(make_team(user), organization, role=role)
        return user

    return make


def _taken_out_of_the_team(organization: Organization) -> User:
    user = make_user()
    team = make_team(user)
    make_grant(team, organization, role=Role.OWNER)
    team.memberships.all().delete()
    return user


def _of_a_team_whose_grant_ended(organization: Organization) -> User:
    user = make_user()
    make_grant(make_team(user), organization, role=Role.OWNER).delete()
    return user


def _viewer_and_team_editor(organization: Organization) -> User:
    user = make_membership(organization, role=Role.VIEWER).user
    make_grant(make_team(user), organization, role=Role.EDITOR)
    return user


def _removed_owner(organization: Organization) -> User:
    membership = make_membership(organization, role=Role.OWNER)
    membership.delete()
    return membership.user


def _switched_off_owner(organization: Organization) -> User:
    return make_membership(organization, make_user(is_active=False), role=Role.OWNER).user


# Every kind of person: the column of the policy that holds for them, and how one comes to be.
PEOPLE: dict[str, tuple[str, Callable[[Organization], User | None]]] = {
    "anonymous": ("anonymous", lambda organization: None),
    "switched-off-owner": ("anonymous", _switched_off_owner),
    "outsider": ("outsider", lambda organization: make_user()),
    "owner-of-another": ("outsider", lambda organization: User.objects.get(email=OTHER_OWNER)),
    "removed-owner": ("outsider", _removed_owner),
    "taken-out-of-the-team": ("outsider", _taken_out_of_the_team),
    "of-a-team-whose-grant-ended": ("outsider", _of_a_team_whose_grant_ended),
    "administrator": ("outsider", lambda organization: make_user(is_staff=True, is_superuser=True)),
    "viewer": ("viewer", _member(Role.VIEWER)),
    "editor": ("editor", _member(Role.EDITOR)),
    "client-lead": ("lead", _member(Role.LEAD)),
    "owner": ("owner", _member(Role.OWNER)),
    "team-viewer": ("viewer", _through_team(Role.VIEWER)),
    "team-editor": ("editor", _through_team(Role.EDITOR)),
    "team-client-lead": ("lead", _through_team(Role.LEAD)),
    "team-owner": ("owner", _through_team(Role.OWNER)),
    "viewer-and-team-editor": ("editor", _viewer_and_team_editor),
}
# Who somebody is to an organization is one question to the database. Every cell is tried on SQLite; elsewhere each kind
# of person asks that question once for each role. On all other pages the door compares what came back without asking
# again, and whoever is not signed in asks nothing: there it is one for whom nothing is found, one who reads, and one
# who may do everything.
ON_SERVERS = connection.vendor != "sqlite"
ASKS_FOR_A_ROLE = {"organization_detail", "scorecard_update", "membership_list", "organization_update"}
FEW = ("outsider", "viewer", "owner")
OUTSIDERS = [person for person, (column, _) in PEOPLE.items() if column == "outsider"]
OTHER_OWNER = "other-owner@example.com"


@dataclass(frozen=True)
class Url:
    name: str
    route: str
    view: Callable[..., object]

    @property
    def parts(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    def path(self, arguments: dict[str, str]) -> str:
        """The address with every variable part filled in, of a plain route or of a regular expression."""
        filled = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda m: arguments[m[1] or m[2]], self.route)
        return "/" + filled.replace("^", "").replace("$", "")


def site_urls(patterns: Iterable[URLPattern | URLResolver], route: str = "", namespace: str = "") -> Iterator[Url]:
    """Every URL of a URLconf, however deep."""
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from site_urls(pattern.url_patterns, here, inner)
        else:
            yield Url(f"{namespace}{pattern.name or ''}", here, pattern.callback)


def read_policy(table: str) -> dict[tuple[str, str, str], str]:
    """The outcome by URL name, method and column."""
    outcomes = {}
    for line in table.strip().splitlines()[1:]:
        name, *methods = line.split("|")
        for method, cells in zip(("GET", "POST"), methods, strict=True):
            for column, outcome in zip(COLUMNS, cells.split(), strict=True):
                outcomes[name.strip(), method, column] = outcome
            like = "owner" if name.strip() in LEADS else "editor"
            outcomes[name.strip(), method, "lead"] = outcomes[name.strip(), method, like]
    return outcomes


def policy_gaps(urls: Iterable[Url], rows: set[str]) -> list[str]:
    """URLs without a row, rows without a URL, and names that stand for more than one URL."""
    names = [url.name for url in urls]
    return sorted(
        [f"{url.route} has no row in the policy" for url in urls if url.name not in rows]
        + [f"{name} has a row but no URL" for name in rows.difference(names)]
        + [f"{name} names more than one URL" for name in set(names) if names.count(name) > 1]
    )


ALL_URLS = list(site_urls(get_resolver().url_patterns))
ADMIN_URLS = [url for url in ALL_URLS if url.name.startswith("admin:")]
API_URLS = [
    url for url in ALL_URLS if url.name.startswith(("api:", "scim:"))
]  # `tests/api` and `tests/scim` have those
URLS = {url.name: url for url in ALL_URLS if url not in (*ADMIN_URLS, *API_URLS)}
EXPECTED = read_policy(POLICY)
ROWS = {name for name, _, _ in EXPECTED}
BELOW = [name for name, url in URLS.items() if url.route.startswith("o/<slug:slug>/")]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CASES = [
    # What is neither read nor sent is refused before anybody's role is looked up.
    pytest.param(name, method, marks=[] if method in ("GET", "POST") else pytest.mark.once)
    for name in sorted(ROWS & URLS.keys())
    for method in METHODS
]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once for the module: each test runs in a savepoint inside and leaves it as it was."""
    settings = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), settings, transaction.atomic():
        other = _make_world(make_organization(name="Kestrel Logistics", owner=make_user(email=OTHER_OWNER)))
        world = _make_world(make_organization(name=NAME))
        yield world, other, {person: _cookies(make(world.organization)) for person, (_, make) in PEOPLE.items()}
        transaction.set_rollback(True)


@pytest.fixture
def world(made, db):
    return made[0]


@pytest.fixture
def other(made, db):
    return made[1]


@pytest.fixture
def signed_in(made, db, client):
    """A browser in which that person has signed in, and nobody else any more."""

    def sign_in(person: str) -> Client:
        client.cookies = copy(made[2][person])
        return client

    return sign_in


@pytest.fixture
def cell(subtests, db):
    """A cell of a table within one test: undone on its own, and named when it fails, while the others go on."""

    @contextmanager
    def cell(**names: str) -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        except Exception:
            with subtests.test(**names):
                raise
        cache.clear()

    return cell


def _cookies(user: User | None) -> SimpleCookie:
    client = Client()
    if user:
        client.force_login(user)
    return client.cookies


def _make_world(organization: Organization) -> World:
    first = make_scorecard(organization, levels=[1] * 8, signed_off_at=timezone.now() - timedelta(days=40))
    plannable = make_scorecard(organization, signed_off_at=timezone.now() - timedelta(days=20))
    roadmap = make_roadmap(first)
    item = roadmap.items.in_order()[0]
    scorecard = make_scorecard(organization, levels=[1] * 8)
    upload = check_upload(SimpleUploadedFile("costs.txt", b"2 USD a call"))
    make_vendor_review(organization, name="Corvid")
    review = make_vendor_review(organization, name="Tessel")
    proof = check_upload(SimpleUploadedFile("plan.txt", b"Written down"))
    make_scenario(organization, name="Today")
    report = _report(scorecard, Report.Status.DONE)
    grant = make_grant(make_team(make_user()), organization, role=Role.VIEWER)
    rater = make_rater(make_round(scorecard), name="Sofia Lindqvist")
    shown = check_upload(SimpleUploadedFile("shown.txt", b"Seen on the call"))
    return World(
        organization=organization,
        scorecard=scorecard,
        rater=rater,
        rater_proof=attaching.add_file(rater, category="cost-model", title="", upload=shown),
        sign_off_review=SignOffReview.objects.create(
            scorecard=scorecard, reviewer_name="Mark", state=SignOffReview.State.APPROVED
        ),
        plannable=plannable,
        roadmap=roadmap,
        item=item,
        item_proof=attachments.add_file(item, title="", upload=proof, actor=organization.created_by),
        evidence=services.add_file(
            scorecard, category="cost-model", title="", upload=upload, actor=organization.created_by
        ),
        report=report,
        link=_link(report),
        schedule=start_schedule(
            actor=organization.created_by,
            recipients=[Recipient("board@example.com")],
            every="month",
            day=1,
            organization=organization,
        ),
        batch=request_batch([str(organization.pk)], actor=organization.created_by),
        sending=send_reports(
            [report],
            recipients=[Recipient("board@example.com")],
            actor=organization.created_by,
            days=14,
            organization=organization,
        ),
        failed=_report(scorecard, Report.Status.FAILED),
        scenario=make_scenario(organization, name="With the new pipeline"),
        membership=make_membership(organization, role=Role.VIEWER),
        grant=grant,
        invitation=Invitation.objects.create(
            organization=organization,
            email="invited@example.com",
            token_sha256=hashlib.sha256(f"token-{organization.pk}".encode()).hexdigest(),
            expires_at=timezone.now() + timedelta(days=1),
        ),
        token="x" * 43,  # a guess: who has the right one is not this table's question
        review=review,
        brought=_brought(organization),
        imported=VendorImport.objects.create(
            review=review, filename="back.xlsx", report={"lines": [], "notes": [], "left": []}
        ),
        drop=make_drop(scorecard),
        figure=make_measured(organization),
        earlier=make_earlier(organization),
        template=ReportTemplate.objects.create(organization=organization, name="Ours", choices=defaults()),
        brand=make_brand(organization),
        webhook=_told(make_webhook(organization)),
        team_webhook=_told(make_webhook(grant.team)),
        proof=vendors.add_file(
            review,
            question="preemption",
            title="",
            upload=check_upload(SimpleUploadedFile("log.txt", b"released in 40 s")),
            actor=organization.created_by,
        ),
    )


def _report(scorecard: Scorecard, status: str) -> Report:
    report = request_report(scorecard, actor=scorecard.organization.created_by)
    report.file.save("", SimpleUploadedFile("report.pdf", b"%PDF-1.7"), save=False)
    report.status, report.finished_at, report.pages = status, timezone.now(), 1
    report.save()
    return report


def _told(webhook: Webhook) -> Webhook:
    try_webhook(webhook)
    return webhook


def _link(report: Report) -> ReportLink:
    make_link(report.organization, report=report, days=14, actor=report.organization.created_by)
    return report.links.get()


def outcome(response, path: str) -> str:
    if response.status_code == 302 and response["Location"] == f"{reverse('account_login')}?next={quote(path)}":
        return "sign-in"
    return str(response.status_code)


@contextmanager
def nothing_written() -> Iterator[None]:
    """Not one statement may change the product's own tables."""
    with CaptureQueriesContext(connection) as queries:
        yield
    assert [q["sql"] for q in queries if re.match(r'(INSERT|UPDATE|DELETE)\b.*"assessments_', q["sql"], re.S)] == []


def shown(response) -> str:
    """The answer as far as a person or a script can read it, without what is random in it."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = f"{response.status_code} {sorted(response.headers.items())} {body.decode(errors='replace')}"
    once = r'X-CSRFToken": "\w+|csrfmiddlewaretoken" value="\w+|request_key" value="[^"]+|\'Content-Length\', \'\d+\''
    once += r"|'X-Request-ID', '\w+'"
    return re.sub(once, "", text)


def people(name: str) -> list[str]:
    """The kinds of people who open a page."""
    return [person for person in PEOPLE if not ON_SERVERS or name in ASKS_FOR_A_ROLE or person in FEW]


def expected(name: str, method: str, column: str) -> str:
    if (name, method, column) in EXPECTED:
        return EXPECTED[name, method, column]
    return "405" if name in PUBLIC or column != "anonymous" else "sign-in"


def test_every_url_has_a_row_in_the_policy_and_every_row_a_url(capsys):
    cells = sum(len(people(name)) for name in URLS) * len(METHODS)
    with capsys.disabled():
        print(f"\naccess: {len(URLS)} URLs × {len(METHODS)} methods × people = {cells} cells")

    assert policy_gaps([url for url in ALL_URLS if url not in (*ADMIN_URLS, *API_URLS)], ROWS) == []


def test_a_url_without_a_row_a_row_without_a_url_and_a_shared_name_are_found():
    urls = [Url("a", "a/", print), Url("b", "b/", print), Url("b", "c/", print)]

    assert policy_gaps(urls, {"b", "d"}) == [
        "a/ has no row in the policy",
        "b names more than one URL",
        "d has a row but no URL",
    ]


def test_only_the_listed_views_are_public():
    open_to_all = {name for name, url in URLS.items() if getattr(url.view, "login_required", True) is False}
    read_by_all = {name for name, method, column in EXPECTED if EXPECTED[name, method, "anonymous"] != "sign-in"}

    assert open_to_all == PUBLIC
    assert read_by_all == PUBLIC


@pytest.mark.parametrize(("name", "method"), CASES)
def test_access(world, signed_in, cell, name, method):
    path, fields = URLS[name].path(world.arguments(name)), world.fields(name)

    for person in people(name):
        column = PEOPLE[person][0]
        allowed = expected(name, method, column)
        with cell(name=name, method=method, person=person):
            with nullcontext() if allowed not in DENIED else nothing_written():
                client = signed_in(person)
                response = client.post(path, fields) if method == "POST" else client.generic(method, path)

            assert outcome(response, path) == allowed
            assert column not in ("anonymous", "outsider") or NAME not in shown(response)


def test_a_write_by_somebody_denied_would_be_noticed(world):
    with pytest.raises(AssertionError, match="UPDATE"), nothing_written():
        Organization.objects.filter(pk=world.organization.pk).update(name="Renamed")


@pytest.mark.once
@pytest.mark.parametrize("name", sorted(URLS.keys() - PUBLIC))
def test_a_script_that_is_signed_out_is_told_so(world, client, name):
    path = URLS[name].path(world.arguments(name))

    for method in ("get", "post"):
        response = getattr(client, method)(path, headers={"HX-Request": "true"})
        assert (response.status_code, response.content) == (401, b"You are signed out.")


@pytest.mark.once
@pytest.mark.parametrize("name", BELOW)
def test_an_outsider_cannot_tell_an_organization_from_one_that_never_was(world, signed_in, cell, name):
    arguments = world.arguments(name)
    never = arguments | {"slug": "never-was"}

    for person, method, headers in product(OUTSIDERS, ("get", "post"), ({}, {"HX-Request": "true"})):
        with cell(name=name, person=person, method=method, headers=headers):
            client = signed_in(person)
            real = getattr(client, method)(URLS[name].path(arguments), headers=headers)
            none = getattr(client, method)(URLS[name].path(never), headers=headers)
            as_never = shown(real).replace(world.organization.slug, "never-was")
            assert as_never == shown(none)  # but for the address that was asked for
            assert NAME not in shown(real)


GUESSES = [
    (name, parts)
    for name in BELOW
    for parts in (("pk",), ("template_pk",), ("evidence_pk",), ("pk", "evidence_pk"), ("item_pk",), ("pk", "item_pk"))
    if set(parts) <= set(URLS[name].parts)
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("name", "guessed"), GUESSES)
def test_a_guessed_id_is_not_found_below_one_s_own_organization(world, other, signed_in, name, guessed, method):
    client = signed_in("owner-of-another")
    path = URLS[name].path(other.arguments(name) | {part: world.arguments(name)[part] for part in guessed})
    assert URLS[name].path(other.arguments(name)) != path

    with nothing_written():
        response = client.post(path, world.fields(name)) if method == "POST" else client.get(path)

    assert outcome(response, path) == ("405" if EXPECTED[name, method, "owner"] == "405" else "404")
    assert NAME not in shown(response)


def test_a_guessed_scorecard_in_a_form_makes_no_report(world, other, signed_in):
    client = signed_in("owner-of-another")

    with nothing_written():
        url = reverse("report_create", args=[other.organization.slug])
        response = client.post(url, {"scorecard": world.scorecard.pk})

    assert response.status_code == 422
    assert NAME not in shown(response)


@pytest.mark.parametrize(("name", "status"), [("vendor_review_compare", 422), ("vendor_comparison_export", 302)])
def test_a_guessed_review_is_in_no_comparison(world, other, signed_in, name, status):
    path = f"{URLS[name].path(other.arguments(name))}?review={other.review.pk}&review={world.review.pk}"

    response = signed_in("owner-of-another").get(path)

    assert response.status_code == status
    assert NAME not in shown(response)


def test_a_guessed_piece_of_evidence_in_the_form_of_the_whole_page_is_not_removed(world, other, signed_in):
    client = signed_in("owner-of-another")

    with nothing_written():
        url = reverse("scorecard_update", args=[other.organization.slug, other.scorecard.pk])
        response = client.post(url, {"then": f"remove:{world.evidence.pk}"})

    assert response.status_code == 404


def admin_path(url: Url, world: World) -> str:
    pk = str(world.organization.pk)
    return url.path(
        {
            "object_id": pk,
            "id": pk,
            "content_type_id": "1",
            "app_label": "assessments",
            "url": "no",
            "name": "reports",
            "pk": "1",
        }
    )


@pytest.mark.once
@pytest.mark.parametrize("url", ADMIN_URLS, ids=lambda url: url.route)
def test_the_administration_is_closed_to_all_but_staff(world, signed_in, cell, url):
    path = admin_path(url, world)

    for person, method in product(
        [person for person in people(url.name) if person != "administrator"], ("get", "post")
    ):
        with cell(url=url.route, person=person, method=method):
            client = signed_in(person)
            with nothing_written():
                response = getattr(client, method)(path, {"name": "Renamed", "post": "yes"}, follow=True)
            if PEOPLE[person][0] == "anonymous":
                assert response.request["PATH_INFO"] == reverse("account_login")
            else:
                assert response.status_code == 403
            assert NAME not in response.content.decode()


@pytest.mark.parametrize("url", ADMIN_URLS, ids=lambda url: url.route)
def test_staff_without_rights_sees_and_changes_nothing_in_the_administration(world, client, url):
    client.force_login(make_user(is_staff=True))

    for method in ("get", "post"):
        with nothing_written():
            response = getattr(client, method)(admin_path(url, world), follow=True)
        assert NAME not in response.content.decode()


# The administration shows these rows, yet they come and go elsewhere: an organization with its owners, an invitation
# with its sender, and what happened by itself.
NOBODY_S = {
    "admin/assessments/accesstoken/<path:object_id>/delete/",
    "admin/assessments/accesstoken/add/",
    "admin/assessments/auditevent/<path:object_id>/delete/",
    "admin/assessments/auditevent/add/",
    "admin/assessments/invitation/<path:object_id>/delete/",
    "admin/assessments/invitation/add/",
    "admin/assessments/keptframework/<path:object_id>/delete/",
    "admin/assessments/keptframework/add/",
    "admin/assessments/membership/add/",
    "admin/assessments/organization/<path:object_id>/delete/",
    "admin/assessments/sentmail/<path:object_id>/delete/",
    "admin/assessments/sentmail/add/",
    "admin/assessments/teamgrant/add/",
    "admin/assessments/webhook/<path:object_id>/delete/",
    "admin/assessments/webhook/add/",
    "admin/assessments/teammembership/add/",
}


def test_the_administration_is_open_to_an_administrator(world, signed_in):
    client = signed_in("administrator")

    opened = {url.route: client.get(admin_path(url, world)).status_code for url in ADMIN_URLS}

    assert {route for route, status in opened.items() if status == 403} == {
        "admin/autocomplete/",  # answers only what a form of the administration asks
        *NOBODY_S,
    }
    assert opened["admin/assessments/organization/<path:object_id>/change/"] == 200
