"""The options for many images: that each has its heading and its words."""

from colorquant.cli.options.listed import declared
from colorquant.cli.options.many import MANY


def test_they_stand_under_their_heading():
    found = {each.name: each for each in declared() if each.name in MANY}
    assert list(found) == list(MANY)
    assert {each.group for each in found.values()} == {"Many images"}
    assert all(each.help for each in found.values())
