"""The console's routes, put together."""

from litestar import Router
from litestar.di import Provide

from ordertrail.trail import OrderTrail
from ordertrail.web.asking import AtSite, Site
from ordertrail.web.console import (
    activity,
    assets,
    doing,
    exporting,
    many,
    noting,
    order,
    orders,
    placing,
    reading,
    shipping,
    sign_in,
    views,
)
from ordertrail.web.console.entering import entrance
from ordertrail.web.console.noticing import Counts
from ordertrail.web.console.problems import handlers


def router(trail: OrderTrail, site: Site) -> Router:
    """All pages, for those who are signed in."""
    counts = Counts(trail)

    def of_site(site: AtSite) -> Counts:  # one after the other: see `admitted`
        return counts

    return Router(
        "/",
        route_handlers=[
            assets.asset,
            sign_in.show_sign_in,
            sign_in.signing_in,
            sign_in.signing_out,
            reading.show_reader,
            reading.set_reader,
            orders.home,
            orders.show_orders,
            views.save,
            exporting.orders_csv,
            exporting.orders_json,
            exporting.notes_csv,
            exporting.notes_json,
            placing.show_new,
            placing.place,
            many.preview,
            many.do_many,
            shipping.show_shipping,
            shipping.work,
            shipping.show_pick_list,
            activity.show_activity,
            order.jump,
            order.by_id,
            order.show_print,
            order.show_order,
            doing.show_form,
            doing.do,
            noting.show_note,
        ],
        guards=[entrance(trail, site)],
        dependencies={"noticing": Provide(of_site, sync_to_thread=False)},
        exception_handlers=dict(handlers(trail, site)),
    )
