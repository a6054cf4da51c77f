"""The signature's pure part: the vectors of the reference (auth, section 3) as they are printed there."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory

from dlfportal.api import signature
from dlfportal.api.errors import WireError
from dlfportal.api.signature import Claim, Sent
from tests.signing import EMPTY_DIGEST

ACCESS = "EXAMPLEACCESSKEY0001"
SECRET = "made-up/secret+key=0123456789"
DATE = "20240102T030405Z"
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
BASE = "/v1/11112222333344445555666677778888"
COMMON = {
    "Host": "dlf.example.test",
    "User-Agent": "example-client/1.0",
    "workspace": "aaaabbbbccccddddeeeeffff00001111",
    "X-Sdk-Date": DATE,
}
PYTHON = {
    **COMMON,
    "Content-Type": "application/json;charset=utf-8",
    "X-Project-Id": "11112222333344445555666677778888",
}
SIX = "content-type;host;user-agent;workspace;x-project-id;x-sdk-date"
QUERY = "jobName=%E6%97%A5%E6%8A%A5%20a%2Fb&jobType=BATCH&limit=10&offset=0"
EXPORT_BODY = b'{"exportDepend": true}'
IMPORT_BODY = b'{"path":"obs://example-bucket/jobs.zip","sameNamePolicy":"OVERWRITE"}\n'

CANONICAL_A = f"""POST
{BASE}/jobs/daily_load/export/

content-type:application/json;charset=utf-8
host:dlf.example.test
user-agent:example-client/1.0
workspace:aaaabbbbccccddddeeeeffff00001111
x-project-id:11112222333344445555666677778888
x-sdk-date:20240102T030405Z

{SIX}
bdd24717969b37dbef96b2ef1342fbab48183e58f192daaf0b2a2f1f9e12f1c0"""

CANONICAL_B = f"""GET
{BASE}/jobs/
{QUERY}
content-type:application/json
host:dlf.example.test
user-agent:example-client/1.0
workspace:aaaabbbbccccddddeeeeffff00001111
x-project-id:11112222333344445555666677778888
x-sdk-date:20240102T030405Z

{SIX}
{EMPTY_DIGEST}"""


class Vector:
    """A request of the reference, taken through WSGI as the server would see it."""

    def __init__(
        self,
        method: str,
        address: str,
        headers: dict[str, str],
        signed: str,
        digest: str,
        made: str,
        body: bytes = b"",
    ) -> None:
        kind = headers.get("Content-Type", "")
        rest = {name: value for name, value in headers.items() if name != "Content-Type"}
        factory = RequestFactory()
        request = factory.generic(method, f"{BASE}{address}", body, headers=rest, CONTENT_TYPE=kind)
        self.sent = signature.read_request(request)
        self.claim = Claim(ACCESS, tuple(signed.split(";")), made)
        self.digest, self.body = digest, body


VECTORS = {
    "A": Vector(
        "POST",
        "/jobs/daily_load/export",
        PYTHON,
        SIX,
        "831cd329456720c9f4155092308cb658383f130b04033f1965cc8dfc6b9bf0ec",
        "0904b506247936473ea2067af5ddc055bfd6532f306cd9c4e55059bd3666e8ed",
        EXPORT_BODY,
    ),
    "B": Vector(
        "GET",
        f"/jobs?{QUERY}",
        {**PYTHON, "Content-Type": "application/json"},
        SIX,
        "9da3bb36c0be76d231524d7c55ec13e7695517118a6f3eee99a4bd29920583cc",
        "c69587560ad4fb93ed52ea208dafca4d4a32a533193755a5ec4ca7ec9a57e8a1",
    ),
    "C": Vector(
        "POST",
        "/jobs/%E4%BD%9C%E4%B8%9A_1.a/export",
        PYTHON,
        SIX,
        "f484d0feedb8ff723c037749e70507b9d01fcf6b8471651bd19b435427e240fd",
        "07beac879032557912e07ef9728b5102f4670181547512861ffc1db91b0c3355",
    ),
    "D": Vector(
        "PUT",
        "/jobs/x",
        {**PYTHON, "X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD", "X-Security-Token": "token-made-up"},
        "content-type;host;user-agent;workspace;x-project-id;x-sdk-content-sha256;x-sdk-date;x-security-token",
        "6c8ead0d486e1c9e83596adf5adcddc06b030912df5bfba55295cd6aab3a7465",
        "38f73ec4a7dcd90b52fc168f001101872840e365854cc1ea748e6ee6d1a09a27",
        b"{}",
    ),
    "E": Vector(
        "POST",
        "/jobs/import",
        {
            **COMMON,
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Project-Id": "11112222333344445555666677778888",
        },
        "accept;content-type;user-agent;workspace;x-sdk-date",
        "",
        "bf0b95d6a81eabecd0af299f7a0eec5636164bbebda0f32732a4fde3c03b31f8",
        IMPORT_BODY,
    ),
}


def canonical(vector: Vector) -> str:
    payload = signature.payload_hashes(vector.sent.headers, vector.body)[0]
    return signature.canonical_request(vector.sent, vector.claim.signed, payload)


def is_signed(claim: Claim, sent: Sent, body: bytes = b"") -> bool:
    return signature.is_signed(claim, sent, signature.payload_hashes(sent.headers, body), SECRET)


@pytest.mark.parametrize("name", VECTORS)
def test_vector_is_accepted(name: str) -> None:
    vector = VECTORS[name]
    if name != "D":
        signature.check_headers(vector.claim, vector.sent.headers, NOW)
    assert is_signed(vector.claim, vector.sent, vector.body)


@pytest.mark.parametrize("name", ["A", "B", "C", "D"])
def test_vector_has_the_printed_canonical_hash(name: str) -> None:
    vector = VECTORS[name]
    assert hashlib.sha256(canonical(vector).encode()).hexdigest() == vector.digest


def test_canonical_requests_are_the_printed_ones() -> None:
    assert canonical(VECTORS["A"]) == CANONICAL_A
    assert canonical(VECTORS["B"]) == CANONICAL_B


def test_string_to_sign_is_the_printed_one() -> None:
    assert signature.string_to_sign(DATE, CANONICAL_A) == (
        f"SDK-HMAC-SHA256\n{DATE}\n831cd329456720c9f4155092308cb658383f130b04033f1965cc8dfc6b9bf0ec"
    )


def test_payload_of_e_is_the_printed_one() -> None:
    assert signature.payload_hashes({}, IMPORT_BODY) == [
        "6f241d52a5716d0f4fb1266ae5b7408695955facbfc91ccbef8c136e301eca45"
    ]


def test_header_of_a_is_read() -> None:
    claim = VECTORS["A"].claim
    text = f"SDK-HMAC-SHA256 Access={ACCESS}, SignedHeaders={SIX}, Signature={claim.signature}"
    assert signature.read_claim(text) == claim
    assert signature.read_claim(text.replace(", ", ",")) == claim
    assert signature.read_claim(text.replace(", ", ",   ")) == claim


def test_scoped_form_of_f_is_never_read() -> None:
    scope = f"{ACCESS}/20240102///sdk_request"
    rest = "SignedHeaders=accept;host;user-agent;workspace;x-sdk-date, Signature="
    end = "d906a2042c25fd09eaf4d4c2b8827c386acffae4d0a6e3a31d6b34774b42b24b"
    assert signature.read_claim(f"SDK-HMAC-SHA256 Credential={scope}, {rest}{end}") is None
    assert signature.read_claim(f"SDK-HMAC-SHA256 Access={scope}, {rest}{end}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SDK-HMAC-SHA256",
        "Bearer abc",
        f"V11-HMAC-SHA256 Access={ACCESS}, SignedHeaders={SIX}, Signature={'a' * 64}",
        f"SDK-HMAC-SM3 Access={ACCESS}, SignedHeaders={SIX}, Signature={'a' * 64}",
        f"SDK-HMAC-SHA256  Access={ACCESS}, SignedHeaders={SIX}, Signature={'a' * 64}",
        f"SDK-HMAC-SHA256 Access={ACCESS}; SignedHeaders={SIX}; Signature={'a' * 64}",
        f"SDK-HMAC-SHA256 Access=, SignedHeaders={SIX}, Signature={'a' * 64}",
        f"SDK-HMAC-SHA256 Access={ACCESS}, SignedHeaders=, Signature={'a' * 64}",
        f"SDK-HMAC-SHA256 Access={ACCESS}, SignedHeaders={SIX}, Signature={'a' * 63}",
        f"SDK-HMAC-SHA256 Access={ACCESS}, SignedHeaders={SIX}, Signature={'g' * 64}",
        f"SDK-HMAC-SHA256 Access={ACCESS}, SignedHeaders={SIX}, Signature={'a' * 64}, More=1",
        f"SDK-HMAC-SHA256 Access=a\x00b, SignedHeaders={SIX}, Signature={'a' * 64}",
    ],
)
def test_anything_else_is_no_signature(text: str) -> None:
    assert signature.read_claim(text) is None


def test_parameters_may_arrive_in_another_order() -> None:
    vector = VECTORS["B"]
    turned = replace(vector.sent, query="&".join(reversed(QUERY.split("&"))))
    assert is_signed(vector.claim, turned)


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=10&a=1", "a=1&a=10&a=2"),
        ("flag&empty=", "empty=&flag="),
        ("a=%7e-_.%7E", "a=~-_.~"),
        ("a=b%2Fc&d=%26%3D%2B", "a=b%2Fc&d=%26%3D%2B"),
        ("a=1+2&b=1%2B2", "a=1%202&b=1%2B2"),
        ("a=x=y", "a=x%3Dy"),
        ("&&a=1&", "a=1"),
        ("a=%ff", "a=%FF"),
        ("B=1&a=2", "B=1&a=2"),
        ("%E4%BD%9C=1&z=2", "z=2&%E4%BD%9C=1"),
        ("", ""),
    ],
)
def test_query_in_its_canonical_form(sent: str, canonical: str) -> None:
    request = Sent("GET", "/v1/x", sent, {})
    assert signature.canonical_request(request, [], "").split("\n")[2] == canonical


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("/v1/p/jobs/a/export", "/v1/p/jobs/a/export/"),
        ("/v1/p/jobs/", "/v1/p/jobs/"),
        ("/v1/p/jobs/a%20b%7E", "/v1/p/jobs/a%20b~/"),
        ("/v1/p/jobs/a%2Fb", "/v1/p/jobs/a/b/"),
        ("/v1/p/jobs/a%252Fb", "/v1/p/jobs/a%252Fb/"),
        ("/v1/p/jobs/a+b:c@d", "/v1/p/jobs/a%2Bb%3Ac%40d/"),
        ("/v1/p/jobs/%e4%bd%9c%E4%B8%9A", "/v1/p/jobs/%E4%BD%9C%E4%B8%9A/"),
        ("/v1//p", "/v1//p/"),
    ],
)
def test_path_in_its_canonical_form(sent: str, canonical: str) -> None:
    request = signature.read_request(RequestFactory().get(sent))
    assert signature.canonical_request(request, [], "").split("\n")[1] == canonical


def test_header_values_are_utf8_stripped_outside_and_kept_inside() -> None:
    wire = {"X-Note": "  日报  a\tb à ".encode().decode("latin-1"), "X-Raw": "\xff"}
    sent = signature.read_request(RequestFactory().get("/", headers=wire))
    assert sent.headers["x-note"] == "日报  a\tb à"
    block = signature.canonical_request(sent, ["x-note", "x-raw"], "")
    assert signature.string_to_sign(DATE, block)
    assert "x-note:日报  a\tb à\n" in block


def test_payload_lines() -> None:
    digest = hashlib.sha256(b"{}").hexdigest()
    lines = signature.payload_hashes
    assert lines({}, b"") == [EMPTY_DIGEST]
    assert lines({}, b"{}") == [digest]
    assert lines({"x-sdk-content-sha256": digest}, b"{}") == [digest]
    assert lines({"x-sdk-content-sha256": digest.upper()}, b"{}") == [digest.upper()]
    assert lines({"x-sdk-content-sha256": "UNSIGNED-PAYLOAD"}, b"{}") == ["UNSIGNED-PAYLOAD"]
    assert lines({"x-sdk-content-sha256": "UNSIGNED-PAYLOAD"}, b"") == [EMPTY_DIGEST, "UNSIGNED-PAYLOAD"]


def test_a_body_cannot_be_taken_away_from_its_digest() -> None:
    digest = hashlib.sha256(b"{}").hexdigest()
    assert signature.payload_hashes({"x-sdk-content-sha256": digest}, b"") == [EMPTY_DIGEST]


@pytest.mark.parametrize("declared", [EMPTY_DIGEST, "unsigned-payload", "", "0" * 64])
def test_a_digest_that_is_not_the_bodys_is_refused(declared: str) -> None:
    with pytest.raises(WireError) as refused:
        signature.payload_hashes({"x-sdk-content-sha256": declared}, b"{}")
    assert refused.value.status == 401


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"path": f"{BASE}/jobs/daily_loae/export"},
        {"query": "a=1"},
        *[{"headers": {**VECTORS["A"].sent.headers, name: "x"}} for name in SIX.split(";")],
    ],
)
def test_one_changed_part_breaks_the_signature(change: dict[str, object]) -> None:
    vector = VECTORS["A"]
    assert not is_signed(vector.claim, replace(vector.sent, **change), vector.body)  # type: ignore[arg-type]


def test_one_changed_byte_of_the_body_breaks_the_signature() -> None:
    vector = VECTORS["A"]
    assert not is_signed(vector.claim, vector.sent, vector.body.replace(b"true", b"trve"))


def test_the_clients_order_of_headers_counts() -> None:
    vector = VECTORS["A"]
    turned = replace(vector.claim, signed=tuple(reversed(vector.claim.signed)))
    assert not is_signed(turned, vector.sent, vector.body)


def test_upper_case_hex_is_not_the_signature() -> None:
    vector = VECTORS["A"]
    assert not is_signed(replace(vector.claim, signature=vector.claim.signature.upper()), vector.sent)


@pytest.mark.parametrize("side", [-1, 1])
def test_clock_window_is_fifteen_minutes(side: int) -> None:
    vector = VECTORS["A"]
    signature.check_headers(vector.claim, vector.sent.headers, NOW + side * timedelta(minutes=15))
    with pytest.raises(WireError, match="signature expired"):
        signature.check_headers(
            vector.claim, vector.sent.headers, NOW + side * timedelta(minutes=15, seconds=1)
        )


@pytest.mark.parametrize(
    "date",
    ["", "now", "2024-01-02T03:04:05Z", "20241302T030405Z", "20240102T030461Z", "20240102T030405", "１" * 8],
)
def test_a_date_that_is_none_is_refused(date: str) -> None:
    vector = VECTORS["A"]
    with pytest.raises(WireError, match="must look like"):
        signature.check_headers(vector.claim, {**vector.sent.headers, "x-sdk-date": date}, NOW)


def test_temporary_keys_do_not_exist() -> None:
    vector = VECTORS["D"]
    with pytest.raises(WireError, match="temporary access keys"):
        signature.check_headers(vector.claim, vector.sent.headers, NOW)


def test_the_answer_to_a_mismatch_echoes_the_request_and_never_the_signature() -> None:
    vector = VECTORS["A"]
    payloads = signature.payload_hashes(vector.sent.headers, vector.body)
    error = signature.mismatch(vector.claim, vector.sent, payloads)
    echo = CANONICAL_A.replace("\n", "|")
    assert error.message == (
        f"Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:{echo}"
    )
    assert vector.claim.signature not in error.message
