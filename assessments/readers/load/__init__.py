"""Load tests of a web service."""

from assessments.readers.contract import Module
from assessments.readers.load import (
    ab,
    ab_tables,
    artillery,
    artillery_text,
    autocannon,
    autocannon_text,
    h2load,
    hey,
    hey_requests,
    loadtest,
    siege,
    vegeta,
    wrk,
)
from assessments.readers.load.k6 import samples as k6_samples
from assessments.readers.load.k6 import summary as k6_summary
from assessments.readers.load.k6 import text as k6_text
from assessments.readers.load.locust import entries as locust_entries
from assessments.readers.load.locust import screen as locust_screen
from assessments.readers.load.locust import table as locust_table

MODULES: tuple[Module, ...] = (
    *(k6_summary, k6_text, k6_samples, wrk, hey, hey_requests, ab, ab_tables),
    *(locust_table, locust_screen, locust_entries, autocannon, autocannon_text),
    *(vegeta, artillery, artillery_text, loadtest, siege, h2load),
)
