from colorquant.progress import Clock


def test_stages_are_told_and_timed():
    told = []
    clock = Clock(lambda *what: told.append(what))
    with clock.stage("one") as progress:
        progress(0.5)
    with clock.stage("two"):
        pass
    assert told == [("one", 0.0), ("one", 0.5), ("two", 0.0)]
    assert list(clock.seconds) == ["one", "two"]
    assert all(seconds >= 0 for seconds in clock.seconds.values())


def test_nobody_needs_to_hear():
    clock = Clock()
    with clock.stage("one") as progress:
        progress(1.0)
    assert list(clock.seconds) == ["one"]
