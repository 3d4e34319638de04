"""/v1/users, /v1/roles, /v1/tokens: who may come in, and what they may do."""

from datetime import datetime
from decimal import Decimal
from http import HTTPStatus

import msgspec
from litestar import Router, delete, get, patch, post, put
from litestar.params import FromPath, RawBody
from msgspec.structs import replace

from ordertrail.answers import CreatedToken, RoleFacts, Token, User
from ordertrail.orders.arguments import parse, parse_json
from ordertrail.orders.operations.base import Ceilings
from ordertrail.web.asking import AnyRequest, Trail, Who, acted
from ordertrail.web.auth.roles import Role
from ordertrail.web.auth.shop_roles import define_role, list_roles, remove_role
from ordertrail.web.auth.tokens import create_token, list_tokens, revoke_token
from ordertrail.web.auth.users import Changes, add_user, change_user, list_users
from ordertrail.web.once import once

MANAGE = ("user.manage",)


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user: a name that is a pseudonym, a role, a password, and what people call them."""

    id: str
    role: str
    password: str
    label: str | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"  # what is shown in a log must not show the password


class NewToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A token: what the history calls who comes in with it, a role, and when it ends by itself."""

    name: str
    role: str
    expires: datetime | None = None


class RoleWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role of the shop's own: whom it is for, its permissions, how much it may refund and take off at once."""

    whom: str
    permissions: list[str]
    refund_ceilings: dict[str, Decimal] = {}
    discount_ceilings: dict[str, Decimal] = {}


@get("/users", operation_id="list_users", permissions=MANAGE, sync_to_thread=True)
def get_users(trail: Trail) -> list[User]:
    """All users by their names."""
    return list_users(trail)


@post("/users", operation_id="create_user", status_code=HTTPStatus.CREATED, permissions=MANAGE, sync_to_thread=True)
def create_user(trail: Trail, who: Who, request: AnyRequest, body: RawBody) -> User:
    """Add a user."""
    new = parse(NewUser, parse_json(body))

    def add() -> User:
        return add_user(trail, new.id, new.role, password=new.password, label=new.label, by=acted(who, request))

    return once(trail, who, request, body, add, User)


@patch("/users/{user_id:str}", operation_id="change_user", permissions=MANAGE, sync_to_thread=True)
def edit_user(trail: Trail, who: Who, request: AnyRequest, user_id: FromPath[str], body: RawBody) -> User:
    """Change a user. With another password, or disabled, whoever is signed in as them is so no more."""
    return change_user(trail, user_id, parse(Changes, parse_json(body)), by=acted(who, request))


@get("/roles", operation_id="list_roles", permissions=MANAGE, sync_to_thread=True)
def get_roles(trail: Trail) -> list[RoleFacts]:
    """All roles: ordertrail's, then the shop's own."""
    return [_facts(name, role) for name, role in list_roles(trail).items()]


@put("/roles/{name:str}", operation_id="define_role", permissions=MANAGE, sync_to_thread=True)
def put_role(trail: Trail, who: Who, request: AnyRequest, name: FromPath[str], body: RawBody) -> RoleFacts:
    """Define a role of the shop's own, or change it: who has it may do that from their next request on."""
    wanted = parse(RoleWanted, parse_json(body))
    ceilings = Ceilings(refund=wanted.refund_ceilings, discount=wanted.discount_ceilings)
    by = acted(who, request)
    return _facts(name, define_role(trail, name, wanted.whom, wanted.permissions, ceilings, by=by))


@delete("/roles/{name:str}", operation_id="remove_role", permissions=MANAGE, sync_to_thread=True)
def delete_role(trail: Trail, who: Who, request: AnyRequest, name: FromPath[str]) -> None:
    """Remove a role of the shop's own that nobody has."""
    remove_role(trail, name, by=acted(who, request))


@get("/tokens", operation_id="list_tokens", permissions=MANAGE, sync_to_thread=True)
def get_tokens(trail: Trail) -> list[Token]:
    """All tokens, the oldest first, with those that have ended."""
    return list_tokens(trail)


@post("/tokens", operation_id="create_token", status_code=HTTPStatus.CREATED, permissions=MANAGE, sync_to_thread=True)
def post_token(trail: Trail, who: Who, request: AnyRequest, body: RawBody) -> CreatedToken:
    """Make a token. Its text is in this answer and nowhere else."""
    new = parse(NewToken, parse_json(body))

    def create() -> CreatedToken:
        token, text = create_token(trail, new.name, new.role, by=acted(who, request), expires=new.expires)
        return CreatedToken(token=token, text=text)

    return once(trail, who, request, body, create, CreatedToken, lambda made: replace(made, text=None))


@delete(
    "/tokens/{token_id:str}",
    operation_id="revoke_token",
    status_code=HTTPStatus.OK,
    permissions=MANAGE,
    sync_to_thread=True,
)
def delete_token(trail: Trail, who: Who, request: AnyRequest, token_id: FromPath[str]) -> Token:
    """Revoke a token: it lets nobody in from now on."""
    return revoke_token(trail, token_id, by=acted(who, request))


def _facts(name: str, role: Role) -> RoleFacts:
    return RoleFacts(
        name=name,
        whom=role.whom,
        permissions=sorted(role.permissions),
        refund_ceilings=dict(role.ceilings.refund),
        discount_ceilings=dict(role.ceilings.discount),
    )


ROUTER = Router(
    "/",
    route_handlers=[
        get_users, create_user, edit_user, get_roles, put_role, delete_role, get_tokens, post_token, delete_token,
    ],
    tags=["Access"],
)  # fmt: skip
