"""Signing in at somebody else's: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636).

Any provider will do that describes itself (OpenID Connect Discovery 1.0). What is kept between the two halves of a
sign-in is a `Started`; who signed in is an `Identity`.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from ordertrail.errors import InvalidInput
from ordertrail.web.auth.errors import NotConfirmed

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""What an identity may be signed with: no shared secret, and never nothing."""

LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""

Wanted = TypeVar("Wanted")

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """An identity provider, how we are known there, and which of its groups have which of our roles.

    Where somebody is in several groups, the first of `roles` counts; who is in none does not come in.
    """

    issuer: str
    client_id: str
    client_secret: str
    roles: Mapping[str, str]
    groups_claim: str = "groups"
    scopes: tuple[str, ...] = ("openid", "profile")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.issuer!r})"  # what is shown in a log must not show the secret

    def role(self, groups: tuple[str, ...]) -> str | None:
        """The role of who is in these groups."""
        return next((role for group, role in self.roles.items() if group in groups), None)


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that has begun: where the browser goes, and what must fit when it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in, as the provider says it."""

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...]

    @property
    def user_id(self) -> str:
        """A pseudonym, always the same for the same person: it stays in the history for ever."""
        return "oidc-" + sha256(f"{self.issuer}\n{self.subject}".encode()).hexdigest()[:32]


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What of a provider's description of itself is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class OpenID:
    """The two halves of a sign-in at one provider."""

    def __init__(self, provider: Provider, http: httpx.Client) -> None:
        _check_address(provider.issuer, "the issuer")
        self.provider, self._http = provider, http

    def start(self, redirect_uri: str) -> Started:
        """Where to send the browser, which comes back to `redirect_uri`. Raises NotConfirmed."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(self.provider.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = self._metadata().authorization_endpoint
        url = f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"
        return Started(url=url, state=state, nonce=nonce, verifier=verifier)

    def finish(self, started: Started, came: Mapping[str, str], redirect_uri: str) -> Identity:
        """Who came back to `redirect_uri`, with the parameters `came`. Raises NotConfirmed."""
        metadata = self._metadata()
        if not compare_digest(came.get("state", "").encode(), started.state.encode()):
            raise NotConfirmed("this sign-in was not begun here, or long ago: begin again")
        if came.get("iss", metadata.issuer) != metadata.issuer:  # RFC 9207: another provider's answer
            raise NotConfirmed("the answer is another identity provider's: begin again")
        if "code" not in came:
            raise NotConfirmed("the identity provider did not let you in: begin again, or ask who runs it")
        token = self._id_token(metadata, came["code"], started.verifier, redirect_uri)
        return self._identity(self._claims(metadata, token, started.nonce))

    def _metadata(self) -> Metadata:
        url = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _decoded(self._asked("GET", url), Metadata)
        if found.issuer != self.provider.issuer:
            raise NotConfirmed("the identity provider calls itself by another name than its address is configured by")
        for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            _check_address(endpoint, "an endpoint of the identity provider")
        return found

    def _id_token(self, metadata: Metadata, code: str, verifier: str, redirect_uri: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        known = {"client_id": self.provider.client_id, "client_secret": self.provider.client_secret}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            answer = self._asked("POST", metadata.token_endpoint, data=form, auth=tuple(known.values()))
        else:
            answer = self._asked("POST", metadata.token_endpoint, data={**form, **known})
        return _decoded(answer, _Tokens).id_token

    def _claims(self, metadata: Metadata, token: str, nonce: str) -> dict[str, Any]:
        keys = _decoded(self._asked("GET", metadata.jwks_uri), KeySetSerialization)
        wanted = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": metadata.issuer},
            aud={"essential": True, "value": self.provider.client_id},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True, "allow_blank": False},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS))
            wanted.validate(found.claims)
        except (JoseError, ValueError):
            raise NotConfirmed("what the identity provider says of who signs in cannot be verified") from None
        if found.claims.get("azp", self.provider.client_id) != self.provider.client_id:
            raise NotConfirmed("what the identity provider says is meant for another service")
        return dict(found.claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        groups = claims.get(self.provider.groups_claim, [])
        name = claims.get("name") or claims.get("preferred_username") or claims["sub"]
        return Identity(
            issuer=self.provider.issuer,
            subject=str(claims["sub"]),
            name=str(name)[:200],
            groups=tuple(map(str, groups if isinstance(groups, list) else [groups])),
        )

    def _asked(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, url, follow_redirects=False, **options)
        except httpx.HTTPError:
            raise NotConfirmed("the identity provider cannot be reached: try again") from None
        if answer.status_code != httpx.codes.OK:
            raise NotConfirmed("the identity provider did not let you in: begin again, or ask who runs it")
        return answer


class _Tokens(msgspec.Struct):
    """What of a token endpoint's answer is needed."""

    id_token: str


def challenge(verifier: str) -> str:
    """What the provider holds a verifier against: S256 of RFC 7636."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _decoded(answer: httpx.Response, wanted: type[Wanted]) -> Wanted:
    try:
        return msgspec.json.decode(answer.content, type=wanted)
    except msgspec.MsgspecError:
        raise NotConfirmed("the identity provider does not answer as OpenID Connect says") from None


def _check_address(url: str, what: str) -> None:
    """Raises InvalidInput for an address at which others could listen."""
    parts = urlsplit(url)
    if not (parts.scheme == "https" and parts.hostname) and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise InvalidInput(f"{what} has to be an https:// address")
