"""What the server does with one call of a carrier, without a server: find the route, admit, handle, translate."""

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.carrier import Carrier, Refusal
from parcelproof.simulators.wire.tenants import Tenants


def answered(carrier: Carrier, tenants: Tenants, call: Call) -> Answer:
    """Take the server's steps. Any exception but a refusal of the world is a defect."""
    found = carrier.routes.find(call.path)
    if found is None:
        return carrier.refuse(call, Refusal.NO_ROUTE)
    methods, call.params = found
    call.route = methods.get(call.method)
    if call.route is None:
        call.notes["allowed"] = sorted(methods)
        return carrier.refuse(call, Refusal.WRONG_METHOD)
    refused = carrier.admit(tenants, call)
    if refused is not None:
        return refused
    try:
        return call.route.handler(call).finished()
    except Rejected as rejected:
        return carrier.translate(call, rejected)
