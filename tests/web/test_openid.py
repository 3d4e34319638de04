"""Signing in at an identity provider: a real one over HTTP, and one that lies."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import User, run_server_in_thread

from ordertrail import InvalidInput
from ordertrail.web.auth.errors import NotConfirmed
from ordertrail.web.auth.openid import Identity, OpenID, Provider, Started, challenge

# The provider's code uses what its libraries call deprecated.
pytestmark = pytest.mark.filterwarnings("ignore")

BACK = "http://localhost:8000/v1/session/openid/callback"
ROLES = {"Support leads": "manager", "Support": "csr"}
ANNA = User(sub="anna", claims={"name": "Anna Berg", "groups": ["Staff", "Support"]})


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """What asks the provider."""
    with httpx.Client(timeout=10) as client:
        yield client


def at(issuer: str, http: httpx.Client, **given: Any) -> OpenID:
    """A provider, as a shop knows it."""
    known = {"client_id": "ordertrail", "client_secret": "hush", "roles": ROLES}
    return OpenID(Provider(issuer=issuer, **{**known, **given}), http)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider's address."""
    with run_server_in_thread(user_claims=[ANNA], require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


def consent(http: httpx.Client, started: Started, **form: str) -> dict[str, str]:
    """What the browser brings back when somebody has agreed there."""
    answer = http.post(started.url, data=form)
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(BACK)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def test_who_signs_in_is_known_with_their_groups(issuer: str, http: httpx.Client) -> None:
    openid = at(issuer, http)
    started = openid.start(BACK)
    identity = openid.finish(started, consent(http, started, sub="anna"), BACK)
    assert identity == Identity(issuer=issuer, subject="anna", name="Anna Berg", groups=("Staff", "Support"))
    assert openid.provider.role(identity.groups) == "csr"
    assert identity.user_id == Identity(issuer=issuer, subject="anna", name="A. Berg", groups=()).user_id
    assert len(identity.user_id) == len("oidc-") + 32


def test_the_browser_is_sent_with_pkce_and_a_nonce_of_its_own(issuer: str, http: httpx.Client) -> None:
    openid = at(issuer, http)
    first, second = openid.start(BACK), openid.start(BACK)
    asked = parse_qs(urlsplit(first.url).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["code_challenge"] == [challenge(first.verifier)]
    assert (asked["nonce"], asked["state"], asked["scope"]) == ([first.nonce], [first.state], ["openid profile"])
    assert not {first.state, first.nonce, first.verifier} & {second.state, second.nonce, second.verifier}
    # The example of RFC 7636, appendix B.
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_first_role_of_several_groups_counts() -> None:
    provider = Provider(issuer="https://id.example.com", client_id="x", client_secret="hush", roles=ROLES)
    assert provider.role(("Support", "Support leads")) == "manager"
    assert provider.role(("Staff",)) is None
    assert "hush" not in repr(provider)


def test_what_was_begun_elsewhere_is_not_finished_here(issuer: str, http: httpx.Client) -> None:
    openid = at(issuer, http)
    started = openid.start(BACK)
    came = consent(http, started, sub="anna")
    wrong: list[dict[str, str]] = [
        {**came, "state": "x"},
        {"code": came["code"]},
        {**came, "iss": "https://else.example.com"},
        {"state": came["state"], "error": "access_denied"},
        {**came, "code": "made up"},
    ]
    for one in wrong:
        with pytest.raises(NotConfirmed):
            openid.finish(started, one, BACK)
    assert openid.finish(started, came, BACK).subject == "anna"
    with pytest.raises(NotConfirmed):
        openid.finish(started, came, BACK)  # a code serves once


def test_a_refusal_at_the_provider_is_a_refusal_here(issuer: str, http: httpx.Client) -> None:
    openid = at(issuer, http)
    started = openid.start(BACK)
    with pytest.raises(NotConfirmed, match="did not let you in"):
        openid.finish(started, consent(http, started, action="deny") | {"state": started.state}, BACK)


def test_another_persons_answer_does_not_fit(issuer: str, http: httpx.Client) -> None:
    openid = at(issuer, http)
    mine, theirs = openid.start(BACK), openid.start(BACK)
    came = consent(http, theirs, sub="mallory")
    with pytest.raises(NotConfirmed, match="cannot be verified"):
        openid.finish(mine, {**came, "state": mine.state}, BACK)  # the nonce is not the one that was sent


@pytest.mark.parametrize("url", ["http://id.example.com", "ftp://id.example.com", "id.example.com", "https://"])
def test_an_issuer_at_which_others_could_listen_is_refused(url: str, http: httpx.Client) -> None:
    with pytest.raises(InvalidInput, match="the issuer has to be an https:// address"):
        at(url, http)


KEY = RSAKey.generate_key(2048, {"kid": "1"})
OTHER = RSAKey.generate_key(2048, {"kid": "1"})


@contextmanager
def provider_that_says(**says: Any) -> Iterator[str]:
    """A provider whose answers are these, by path; `{issuer}` in a text is its address. Yields the address."""

    class Answers(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            said = says[self.path.rsplit("/", 1)[-1].replace("-", "_")]
            status, body = (200, said) if not isinstance(said, int) else (said, {})
            content = json.dumps(body).replace("{issuer}", address).encode()
            self.send_response(status)
            self.send_header("location", "http://localhost:1/")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Answers)
    address = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


METADATA = {
    "issuer": "{issuer}",
    "authorization_endpoint": "{issuer}/authorize",
    "token_endpoint": "{issuer}/token",
    "jwks_uri": "{issuer}/jwks",
}
JWKS = {"keys": [KEY.as_dict(private=False)]}


def finished(http: httpx.Client, token: Any, /, **says: Any) -> Identity:
    """What a sign-in ends with where the provider gives this token, made of its address and the nonce."""
    given = {"openid_configuration": METADATA, "jwks": JWKS, "token": {}, **says}
    with provider_that_says(**given) as issuer:
        openid = at(issuer, http)
        started = openid.start(BACK)
        if token is not None:
            given["token"]["id_token"] = token(issuer, started.nonce)
        return openid.finish(started, {"state": started.state, "code": "c"}, BACK)


def signed(key: Any = KEY, algorithm: str = "RS256", **differs: Any) -> Any:
    """A token that is right but for what differs; None leaves a claim out."""

    def made(issuer: str, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": issuer,
            "aud": "ordertrail",
            "sub": "7",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **differs,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": "1"}, kept, key, algorithms=[algorithm])

    return made


def test_a_token_that_fits_is_taken(http: httpx.Client) -> None:
    assert finished(http, signed(name="Bo", groups="Support")).groups == ("Support",)
    named = finished(http, signed(aud=["ordertrail", "other"], azp="ordertrail", preferred_username="bo"))
    assert (named.name, named.groups) == ("bo", ())
    by_form = {**METADATA, "token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert finished(http, signed(), openid_configuration=by_form).name == "7"


NOW = int(time.time())


@pytest.mark.parametrize(
    "token",
    [
        signed(iss="https://else.example.com"), signed(aud="other"), signed(nonce="other"), signed(nonce=None),
        signed(sub=None), signed(sub=""), signed(exp=NOW - 3600), signed(exp=None), signed(iat=NOW + 3600),
        signed(azp="other"), signed(OTHER),
        signed(OctKey.import_key("hush" * 8), "HS256"),
        lambda issuer, nonce: "eyJhbGciOiJub25lIn0.e30.",
        lambda issuer, nonce: "nonsense",
    ],
)  # fmt: skip
def test_a_token_that_does_not_fit_is_refused(http: httpx.Client, token: Any) -> None:
    with pytest.raises(NotConfirmed):
        finished(http, token)


@pytest.mark.parametrize(
    "says",
    [
        {"openid_configuration": {}},
        {"openid_configuration": {**METADATA, "issuer": "https://else.example.com"}},
        {"openid_configuration": 302},
        {"jwks": {"keys": "x"}}, {"jwks": {"keys": [{"kty": "RSA"}]}}, {"jwks": 500},
        {"token": []}, {"token": 400}, {"token": 307},
    ],
)  # fmt: skip
def test_a_provider_that_does_not_answer_as_it_should_lets_nobody_in(http: httpx.Client, says: Any) -> None:
    token = None if "token" in says else signed()
    with pytest.raises(NotConfirmed):
        finished(http, token, **says)


def test_a_provider_sends_nobody_to_where_others_could_listen(http: httpx.Client) -> None:
    open_to_all = {**METADATA, "token_endpoint": "http://id.example.com/token"}
    with pytest.raises(InvalidInput, match="an endpoint of the identity provider has to be an https:// address"):
        finished(http, signed(), openid_configuration=open_to_all)


def test_a_provider_that_is_gone_is_said_to_be(http: httpx.Client) -> None:
    with provider_that_says() as issuer:
        pass
    with pytest.raises(NotConfirmed, match="cannot be reached: try again"):
        at(issuer, http).start(BACK)
