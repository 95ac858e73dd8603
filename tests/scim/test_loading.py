"""What only some sites need is not loaded with the site."""

from tests.processes import environment, run_python

LOADED = """
import sys
import scorecard.urls
print([name for name in ("scim2_models", "boto3", "storages") if name in sys.modules])
"""


def test_a_start_loads_neither_what_scim_is_read_with_nor_what_reaches_a_bucket(tmp_path):
    assert run_python(LOADED, environment(tmp_path)) == "[]\n"
