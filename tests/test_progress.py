from colorquant.progress import Clock, Steps


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


def test_steps_add_up():
    told = []
    steps = Steps(told.append, 4)
    first = steps.step(1)
    first(0.5)
    second = steps.step(3)
    second(1 / 3)
    second(1.0)
    assert told == [0, 0.125, 0.25, 0.5, 1]
    Steps(None, 4).step(1)(0.5)
    Steps(told.append, 0).step(0)(0.5)
    assert len(told) == 5
