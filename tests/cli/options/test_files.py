"""The options for files: that each has its heading and its words."""

from colorquant.cli.options.files import FILES
from colorquant.cli.options.listed import declared


def test_they_stand_under_their_heading():
    found = {each.name: each for each in declared() if each.name in FILES}
    assert list(found) == list(FILES)
    assert {each.group for each in found.values()} == {"Files"}
    assert all(each.help for each in found.values())
