"""Web addresses are taken as browsers take them, and what is wrong with one is named."""

import pytest
from django.core.exceptions import ValidationError

from assessments.saving.addresses import read_address
from assessments.saving.forms import LinkOrFileForm


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://wiki/ai/gpu-plan", "https://wiki/ai/gpu-plan"),
        ("http://confluence:8090/display/AI", "http://confluence:8090/display/AI"),
        ("https://intranet/", "https://intranet/"),
        ("https://gpu_wiki.corp.example/plan", "https://gpu_wiki.corp.example/plan"),
        ("HTTPS://Wiki/X", "https://Wiki/X"),
        (" https://a.example/x \n", "https://a.example/x"),
        ("https://a.example/Shared Documents/GPU plan.pdf", "https://a.example/Shared%20Documents/GPU%20plan.pdf"),
        ("https://a.example/?q=a b#c d", "https://a.example/?q=a%20b#c%20d"),
        ("https://a.example/%20%zz", "https://a.example/%20%zz"),
        ("https:\\\\a.example\\x", "https://a.example/x"),
        ("https:/a.example/x", "https://a.example/x"),
        ("https:///a.example", "https://a.example"),
        ("//a.example/x", "https://a.example/x"),
        ("a.example/x", "https://a.example/x"),
        ("www.example.com", "https://www.example.com"),
        ("wiki:8080/x", "https://wiki:8080/x"),
        ("localhost:8000", "https://localhost:8000"),
        ("https://münchen.example/ü?ß", "https://münchen.example/ü?ß"),
        ("https://日本語。jp/", "https://日本語。jp/"),
        ("https://10.0.0.5:8443/x", "https://10.0.0.5:8443/x"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("https://user:pw@a.example/x", "https://user:pw@a.example/x"),
        ("<https://a.example/x>", "https://a.example/x"),
        ('https://a.example/"x"|y', "https://a.example/%22x%22%7Cy"),
        ("https://a\u200b.example/\u202ex", "https://a.example/x"),
        ("https://-odd-.example/", "https://-odd-.example/"),
    ],
)
def test_an_address_is_taken_as_a_browser_takes_it(typed, kept):
    assert read_address(typed) == kept
    assert read_address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (r"\\nas01\share\doc.pdf", "file server"),
        ("C:\\plans\\gpu.docx", "file server"),
        ("file:///etc/passwd", "file server"),
        ("javascript:alert(1)", "begins with javascript:"),
        ("javascript://a.example/%0aalert(1)", "begins with javascript:"),
        ("data:text/html,x", "begins with data:"),
        ("mailto:a@b.example", "begins with mailto:"),
        ("ftp://a.example/x", "begins with ftp:"),
        ("see attachment", "begins with https:// or http://"),
        ("n/a", "begins with https:// or http://"),
        ("https://", "missing behind the //"),
        ("https://?x", "missing behind the //"),
        ("https://a b/c", "a blank in the name of the site"),
        ("https://a.example:99999/", "up to 65535, not “99999”"),
        ("https://a.example:port/", "up to 65535, not “port”"),
        ("https://[zz]/", "no IPv6 address"),
        ("https://999.1.1.1/", "each up to 255"),
        ("https://a..b/", "two dots"),
        ("https://a%62.example/", "cannot hold “%”"),
        (f"https://{'a' * 64}.example/", "longer than 63"),
        (f"https://a.example/{'x' * 2000}", "longer than 2,000"),
    ],
)
def test_what_is_wrong_with_an_address_is_named(typed, reason):
    with pytest.raises(ValidationError) as refused:
        read_address(typed)

    assert reason in refused.value.messages[0]


def test_the_form_of_evidence_reads_addresses_and_names_like_this():
    form = LinkOrFileForm({"url": "https://wiki/x y", "title": "Plan\u202e of\u200b record"})

    assert form.is_valid()
    assert (form.cleaned_data["url"], form.cleaned_data["title"]) == ("https://wiki/x%20y", "Plan of record")
