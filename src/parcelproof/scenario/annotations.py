"""What a type annotation says: its plain type, the members of a union, the constraints around it."""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

MAPPINGS = (dict, Mapping)


def plain(wanted: Any) -> Any:
    """Return the type without the annotations around it."""
    while get_origin(wanted) is Annotated:
        wanted = get_args(wanted)[0]
    return wanted


def members(wanted: Any) -> Iterator[Any]:
    """Yield the members of a union, with their own annotations; anything else yields itself."""
    bare = plain(wanted)
    if get_origin(bare) in (Union, types.UnionType):
        for member in get_args(bare):
            yield from members(member)
    else:
        yield wanted


def metas(wanted: Any) -> list[msgspec.Meta]:
    """Return the constraints around a type."""
    if get_origin(wanted) is not Annotated:
        return []
    return [found for found in get_args(wanted)[1:] if isinstance(found, msgspec.Meta)]


def words(wanted: Any) -> list[str]:
    """Return the words that a type allows by name."""
    return [
        str(word)
        for option in members(wanted)
        if get_origin(plain(option)) is Literal
        for word in get_args(plain(option))
    ]


def is_simple(option: Any) -> bool:
    """Tell whether a scalar may stand where this is wanted."""
    bare = plain(option)
    return get_origin(bare) is Literal or bare in (str, int, float, bool, type(None))


def is_shape(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, msgspec.Struct)


def item_of(wanted: Any, place: int) -> Any:
    """Return what a list or tuple type wants at a place."""
    arguments = get_args(plain(wanted))
    if get_origin(plain(wanted)) is list or (len(arguments) == 2 and arguments[1] is Ellipsis):
        return arguments[0]
    return arguments[min(place, len(arguments) - 1)]
