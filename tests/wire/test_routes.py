"""The route table: every template finds what a plain comparison of segments would find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.routes import Route, Routes

segments = st.sampled_from(["a", "b", "{x}", "c"])


def joined(parts: list[str]) -> str:
    return "/" + "/".join(parts)


templates = st.lists(st.lists(segments, min_size=1, max_size=4).map(joined), max_size=8, unique=True)
paths = st.lists(st.sampled_from(["a", "b", "z", ""]), min_size=1, max_size=4).map(joined)


def answer(call: Call) -> Answer:
    return Answer(200)


def numbered(template: str) -> str:
    """Give the placeholders of a template distinct names: {x0}, {x1} …"""
    parts = template.split("/")
    return "/".join(f"{{x{n}}}" if part == "{x}" else part for n, part in enumerate(parts))


def fits(template: str, path: str) -> bool:
    wanted, found = template.split("/"), path.split("/")
    return len(wanted) == len(found) and all(w[:1] == "{" or w == f for w, f in zip(wanted, found, strict=True))


@given(templates, paths)
def test_a_path_is_found_when_a_template_fits_and_only_then(wanted: list[str], path: str) -> None:
    table = Routes()
    for template in wanted:
        table.add(Route("GET", numbered(template), template, answer))
    found = table.find(path)
    plain = path[:-1] if path.endswith("/") and len(path) > 1 and not _exact(wanted, path) else path
    fitting = [template for template in wanted if fits(template, plain)]
    if len(path.rstrip("/")) < len(path) - 1:
        return  # several trailing slashes: each is taken off in turn, which the plain comparison does not do
    assert (found is not None) == bool(fitting)
    if found is not None:
        methods, params = found
        template = methods["GET"].operation
        assert template in fitting
        assert {f"x{n}": plain.split("/")[n] for n, part in enumerate(template.split("/")) if part == "{x}"} == params


def _exact(wanted: list[str], path: str) -> bool:
    return path in wanted


def test_an_exact_segment_goes_before_a_name_and_a_dead_end_is_left_again() -> None:
    table = Routes()
    for template in ("/v1/{id}/label", "/v1/rates", "/v1/rates/{id}", "/v1/{id}"):
        table.add(Route("GET", template, template, answer))
    for path, template in (("/v1/rates", "/v1/rates"), ("/v1/rates/label", "/v1/rates/{id}"), ("/v1/7", "/v1/{id}")):
        found = table.find(path)
        assert found is not None
        assert found[0]["GET"].operation == template
    deep = Routes()
    deep.add(Route("GET", "/a/b/c", "1", answer))
    deep.add(Route("GET", "/a/b/{x}/d", "2", answer))
    deep.add(Route("GET", "/a/{y}/e/d", "3", answer))
    deep.add(Route("GET", "/a/{y}/e/f", "4", answer))
    found = deep.find("/a/b/e/f")
    assert found is not None
    assert (found[0]["GET"].operation, found[1]) == ("4", {"y": "b"})


def test_a_route_is_not_added_twice_nor_under_two_names() -> None:
    table = Routes()
    table.add(Route("GET", "/a/{x}", "one", answer))
    with pytest.raises(ValueError, match="twice"):
        table.add(Route("GET", "/a/{x}", "two", answer))
    with pytest.raises(ValueError, match="names its segments"):
        table.add(Route("PUT", "/a/{y}", "three", answer))
