"""Options of different classes that exclude each other."""

import pytest

from colorquant.entries import EntryOptions
from colorquant.errors import InvalidInputError
from colorquant.exclusions import check_palette_source, check_pool, check_search


@pytest.mark.parametrize("name", ["pins", "depth", "order"])
def test_a_given_palette_is_not_searched_for(name):
    value = {"pins": ["red"], "depth": "5", "order": "hue"}[name]
    with pytest.raises(InvalidInputError, match=f"palette and {name} exclude") as refused:
        check_search(EntryOptions(**{name: value}))
    assert refused.value.arguments == ("palette", name)
    check_search(EntryOptions(drop_unused=True))


@pytest.mark.parametrize(("one", "other"), [(False, False), (True, False), (False, True)])
def test_one_alone_is_allowed(one, other):
    check_palette_source(given=one, shared=other)
    check_pool(cluster=one, jobs=other)


def test_both_are_not():
    with pytest.raises(InvalidInputError) as refused:
        check_palette_source(given=True, shared=True)
    assert refused.value.arguments == ("palette", "shared_palette")
    with pytest.raises(InvalidInputError) as refused:
        check_pool(cluster=True, jobs=True)
    assert refused.value.arguments == ("cluster", "jobs")
