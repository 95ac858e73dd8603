import pytest

from assessments.figures.masking import DOTS, mask
from tests.factories import SAMPLES


@pytest.mark.parametrize(
    ("text", "secret", "said"),
    [
        ('{"api_key": "supersecretvalue"}', "supersecretvalue", "api_key is now supe"),
        ('"{""api_key"": ""supersecretvalue""}"', "supersecretvalue", "api_key is now supe"),
        ("OPENAI_API_KEY=sk-abcdefghijklmnop1234", "abcdefghijklmnop1234", "an access token"),
        ("export AWS_SECRET_ACCESS_KEY=abcd/efgh+123456", "/efgh+123456", "AWS_SECRET_ACCESS_KEY"),
        ("AKIAIOSFODNN7EXAMPLE", "IOSFODNN7EXAMPLE", "an AWS access key"),
        ("Authorization: Bearer abc.def.ghijkl", "abc.def.ghijkl", "a bearer token"),
        ("https://user:hunter2@build/x", "hunter2", "a password in an address"),
        ('{"token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc"}', "bGciOiJIUzI1NiJ9", "a signed token"),
        ("password: hunter2hunter", "er2hunter", "password is now"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----", "MIIB", "a private key"),
        ('{"env": ["API_TOKEN=not-a-real-one"]}', "not-a-real-one", "the whole environment"),
        ('{"env": {"HOME": "/home/ines", "HF_TOKEN": "x"}}', "/home/ines", "the whole environment"),
        ('{"prompts": ["Dear Ms. Moreau", "x"], "rate": 1}', "Moreau", "the text of “prompts”"),
        ('{"hostname": "db-7.internal"}', "db-7.internal", "the names of machines"),
    ],
)
def test_a_secret_is_named_and_masked(text, secret, said):
    found = mask(text)

    assert secret not in found.text
    assert DOTS in found.text
    assert said in " ".join(found.sentences)


@pytest.mark.parametrize(
    "text",
    [
        '{"output_tokens": 12, "token_throughput": "123.4", "tokenizer_id": "gpt2"}',
        "Output token throughput (tok/s): 504.40",
        "tokens: 1234567",
        '{"api_key": null, "api_key": "", "x": "y"}',
        '{"environment": {"type": "NonDistributedEnvironment"}}',
        "Requests/sec: 17662",
    ],
)
def test_what_is_no_secret_stays(text):
    assert mask(text).text == text
    assert mask(text).sentences == ()


def test_a_masked_file_is_read_as_the_same_figures():
    from assessments.readers import read

    for path in sorted(SAMPLES.iterdir()):
        data = path.read_bytes()
        text = data.decode("utf-8", "replace")
        if mask(text).text != text:
            was, now = read(data), read(mask(text).text.encode())
            assert (path.name, [f.value for f in now.figures]) == (path.name, [f.value for f in was.figures])


@pytest.mark.parametrize(
    "text", ['"prompt":[' * 50_000, '"token":"' * 50_000, ("a" * 100 + " token ") * 50_000, "{" * 10**6]
)
def test_nonsense_is_masked_in_bounded_time(text):
    import time

    began = time.process_time()
    mask(text)

    assert time.process_time() - began < 5
