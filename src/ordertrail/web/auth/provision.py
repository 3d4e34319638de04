"""Users who sign in at an identity provider: made when they come first, and given the role that their groups have."""

from ordertrail.answers import User
from ordertrail.notes.model import Actor, ActorKind
from ordertrail.streams import By
from ordertrail.trail import OrderTrail
from ordertrail.web.auth.errors import NotConfirmed, UnknownUser
from ordertrail.web.auth.openid import Identity, Provider
from ordertrail.web.auth.users import Changes, add_user, change_user

MAKER = By(actor=Actor(kind=ActorKind.SYSTEM, id="identity-provider"), channel="OpenID Connect")


def provisioned(trail: OrderTrail, provider: Provider, identity: Identity) -> User:
    """The user of an identity, as the provider describes them now.

    Raises NotConfirmed for who is in no group that has a role, or may not sign in here any more.
    """
    role, label = provider.role(identity.groups), identity.name[:100]
    if role is None:
        raise NotConfirmed("you are in no group that has a role here: ask who says who may come in")
    try:
        user = change_user(trail, identity.user_id, Changes(role=role, label=label), by=MAKER)
    except UnknownUser:
        user = add_user(trail, identity.user_id, role, password=None, by=MAKER, label=label)
    if user.disabled is not None:
        raise NotConfirmed("you may not sign in here any more: ask who says who may come in")
    return user
