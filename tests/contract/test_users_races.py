"""Changes of users and roles that meet: the shop always keeps an admin, and nobody has a role that is gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from ordertrail import OrderTrail, OrderTrailError
from ordertrail.errors import UnknownId
from ordertrail.web.auth.errors import LastAdmin, RoleInUse
from ordertrail.web.auth.shop_roles import define_role, list_roles, remove_role
from ordertrail.web.auth.users import Changes, add_user, change_user, list_users

ROUNDS = 10


def at_once(*work: Callable[[], object]) -> list[type[OrderTrailError] | None]:
    """What each of these was refused with, when all of them begin at the same moment; None if it was done."""
    barrier = Barrier(len(work))

    def run(one: Callable[[], object]) -> type[OrderTrailError] | None:
        barrier.wait()
        try:
            one()
        except OrderTrailError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))


def test_of_two_admins_who_demote_each_other_one_stays(database_url: str) -> None:
    with OrderTrail.open(database_url) as trail:
        for name in ("anna", "bruno"):
            add_user(trail, name, "admin", password=None, by="test")
        for _ in range(ROUNDS):
            found = at_once(
                lambda: change_user(trail, "anna", Changes(role="csr"), by="bruno"),
                lambda: change_user(trail, "bruno", Changes(disabled=True), by="anna"),
            )
            assert sorted(map(str, found)) == sorted(map(str, (LastAdmin, None)))
            assert sum(user.role == "admin" and user.disabled is None for user in list_users(trail)) == 1
            for name in ("anna", "bruno"):
                change_user(trail, name, Changes(role="admin", disabled=False), by="test")


def test_nobody_is_given_a_role_that_goes(database_url: str) -> None:
    with OrderTrail.open(database_url) as trail:
        for number in range(ROUNDS):
            define_role(trail, "night", "Who works at night", ["order.see"], by="test")
            add, remove = at_once(
                lambda number=number: add_user(trail, f"user-{number}", "night", password=None, by="test"),  # type: ignore[misc]
                lambda: remove_role(trail, "night", by="test"),
            )
            assert (add, remove) in ((UnknownId, None), (None, RoleInUse))
            assert ("night" in list_roles(trail)) == (add is None)
            if add is None:
                change_user(trail, f"user-{number}", Changes(role="viewer"), by="test")
