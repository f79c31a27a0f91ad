"""What is told of URLs, and what is not."""

import pytest

from colorquant.redaction import redacted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("http://user:pass@host/a.png: no", "http://***@host/a.png: no"),
        ("https://token@host:80/a.png", "https://***@host:80/a.png"),
        ("http://u:p@ss@host/a@b.png", "http://***@host/a@b.png"),
        ("s3://KEY:SE/CR+ET==@bucket/a.png", "s3://***@bucket/a.png"),
        ("http://user:two words@host/a", "http://***@host/a"),
        ("http://user:a://b@host/a", "http://***@host/a"),
        ("ftp://user:12345678@host/a", "ftp://***@host/a"),
        ("http:/user:pass@host/a", "http:/***@host/a"),
        ("HTTP://user:pass@HOST/a", "HTTP://***@HOST/a"),
        ("http://host/a.png?X-Amz-Signature=s: no", "http://host/a.png?***: no"),
        ("url='https://host/a?key', more", "url='https://host/a?***', more"),
        ("https://host/a b.png?sig=s&x=/y/z.png#f", "https://host/a b.png?***"),
        ("https://host/a#access_token=t", "https://host/a#***"),
        ("https://host/a;session=s", "https://host/a;***"),
        ("http://h/a with url: /a?sig=s (no)", "http://h/a with url: /a?*** (no)"),
        (
            "zip://a.png::https://u:p@host/x.zip?sig=s: of filecache::s3://K:S@b/c",
            "zip://a.png::https://***@host/x.zip?***: of filecache::s3://***@b/c",
        ),
        (
            "both http://u:p@h/a?x=1 and http://v:q@h/b?y=2",
            "both http://***@h/a?*** and http://***@h/b?***",
        ),
    ],
)
def test_secrets_are_hidden(text, told):
    assert redacted(text) == told
    assert redacted(told) == told


@pytest.mark.parametrize(
    "text",
    [
        *("", "a.png: no such file", "C:/a@b/c?d", "10:30@home.png", "what? a;b=c"),
        *("http://host:8080/a@2x.png", "s3://bucket/sp ace#%.png: who? a@b", "http://h:80"),
        *("abfs://container@account/a.png", "github://name:repository@main/a.png"),
        "http://h/a.png: exists already; --force replaces it",
    ],
)
def test_nothing_else_is_hidden(text):
    assert redacted(text) == text
