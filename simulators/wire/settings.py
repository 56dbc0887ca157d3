"""What a tenant chose about one carrier: free-form settings, the carrier's own before the general ones."""

from typing import Any

from ..core.world import World


def chosen(world: World, carrier: str, name: str) -> Any:
    """Return a setting, or None when the tenant has none: `{"cdek": {name: …}}` goes before `{name: …}`."""
    settings = world.store.header.settings
    own = settings.get(carrier)
    if isinstance(own, dict) and name in own:
        return own[name]
    return settings.get(name)


def own(world: World, carrier: str) -> dict[str, Any]:
    """Return a copy of what stands under the carrier's own key."""
    found = world.store.header.settings.get(carrier)
    return dict(found) if isinstance(found, dict) else {}


def change_own(world: World, carrier: str, changes: dict[str, Any]) -> None:
    """Change settings under the carrier's own key; None takes one away."""
    merged = {name: value for name, value in {**own(world, carrier), **changes}.items() if value is not None}
    rest = {name: value for name, value in world.store.header.settings.items() if name != carrier}
    world.store.header.settings = {**rest, carrier: merged} if merged else rest
