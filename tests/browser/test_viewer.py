"""The viewer of one picture: by mouse, by touch and by the keyboard."""

import pytest
from browserchecks import shown_names, wait_for
from PIL import Image

pytestmark = pytest.mark.browser


def opened(page, name):
    """Open a picture of the list."""
    page.locator(".card", has_text=name).locator(".open").click()
    wait_for(
        page,
        "[...document.querySelectorAll('.canvas img[src]')].every(image => image.naturalWidth)",
    )


def share(page):
    return float(page.locator("#split").input_value())


def clipped(page):
    """Return by how much of the picture the one after is cut, 0 to 1."""
    return page.evaluate("""() => {
        const after = document.getElementById("layer-after");
        const cut = getComputedStyle(after).clipPath.match(/[\\d.]+px\\)$/)[0];
        return parseFloat(cut) / after.getBoundingClientRect().width;
    }""")


def box(page, place):
    return page.locator(place).bounding_box()


def test_the_slider_by_mouse(made, visit):
    page = visit(made / "one.html").page
    opened(page, "photo.png")
    assert share(page) == 50
    assert clipped(page) == pytest.approx(0.5, abs=0.01)
    canvas = box(page, "#canvas")
    middle = canvas["y"] + canvas["height"] / 2
    page.mouse.move(canvas["x"] + canvas["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(canvas["x"] + canvas["width"] * 0.2, middle, steps=3)
    page.mouse.up()
    assert share(page) == pytest.approx(20, abs=1)
    assert clipped(page) == pytest.approx(0.2, abs=0.02)
    page.mouse.move(canvas["x"] + canvas["width"] * 0.9, middle)
    assert share(page) == pytest.approx(20, abs=1)


def test_the_slider_by_touch(made, visit):
    page = visit(made / "one.html", 390, 844, has_touch=True, is_mobile=True).page
    page.locator(".card", has_text="photo.png").locator(".open").tap()
    canvas = box(page, "#canvas")
    y = canvas["y"] + canvas["height"] * 0.3
    session = page.context.new_cdp_session(page)

    def touch(kind, *shares):
        points = [{"x": canvas["x"] + canvas["width"] * each, "y": y} for each in shares]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.4)
    for each in (0.5, 0.6, 0.75):
        touch("touchMove", each)
    touch("touchEnd")
    assert share(page) == pytest.approx(75, abs=2)
    assert clipped(page) == pytest.approx(0.75, abs=0.02)


def test_the_slider_by_keyboard(made, visit):
    page = visit(made / "one.html").page
    page.locator(".card", has_text="photo.png").locator(".open").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "split"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert share(page) == 52
    page.keyboard.press("Home")
    assert clipped(page) == pytest.approx(0, abs=0.01)
    page.keyboard.press("Escape")
    assert not page.locator("#viewer").is_visible()
    assert "photo.png" in page.evaluate("document.activeElement.textContent")


def test_zoom_shows_pixels(made, visit):
    page = visit(made / "one.html").page
    opened(page, "photo.png")
    fit = box(page, "#canvas")["width"]
    page.get_by_role("button", name="Zoom in").click()
    width = box(page, "#canvas")["width"]
    assert width > fit
    assert (width / 120).is_integer()
    rendering = "getComputedStyle(document.getElementById('layer-after')).imageRendering"
    assert page.evaluate(rendering) == "pixelated"
    stage = box(page, "#stage")
    page.mouse.move(stage["x"] + 100, stage["y"] + 100)
    page.mouse.wheel(0, -300)
    assert box(page, "#canvas")["width"] > width
    # What is larger than the stage is dragged.
    before = box(page, "#canvas")
    page.mouse.down()
    page.mouse.move(stage["x"] + 60, stage["y"] + 70, steps=3)
    page.mouse.up()
    after = box(page, "#canvas")
    assert (before["x"] - after["x"], before["y"] - after["y"]) == pytest.approx((40, 30), abs=2)
    page.locator("#stage").focus()
    page.keyboard.press("0")
    assert box(page, "#canvas")["width"] == pytest.approx(fit)
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("-")
    assert box(page, "#canvas")["width"] == pytest.approx(width, rel=0.01)


@pytest.mark.parametrize("focused", ["#split", "#next", "#told", ""])
def test_keys_zoom_wherever_the_focus_is(made, visit, focused):
    page = visit(made / "one.html").page
    opened(page, "photo.png")
    page.evaluate("document.activeElement.blur()")
    if focused:
        page.locator(focused).focus()
    fit = box(page, "#canvas")["width"]
    for larger, smaller in (("+", "-"), ("=", "-"), ("NumpadAdd", "NumpadSubtract"), ("=", "0")):
        page.keyboard.press(larger)
        assert box(page, "#canvas")["width"] > fit, larger
        page.keyboard.press(smaller)
        assert box(page, "#canvas")["width"] == pytest.approx(fit), smaller
    assert share(page) == 50


def test_the_wheel_zooms_over_the_divider(made, visit):
    page = visit(made / "one.html").page
    opened(page, "photo.png")
    fit, handle = box(page, "#canvas")["width"], box(page, "#handle")
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.wheel(0, -300)
    wait_for(page, f"document.getElementById('canvas').offsetWidth > {fit}")


def test_the_layers_show_the_files_of_the_list(made, visit):
    page = visit(made / "one.html").page
    opened(page, "photo.png")
    drawn = """([name, x, y]) => {
        const image = document.getElementById(name), canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0);
        return [...pen.getImageData(x, y, 1, 1).data];
    }"""
    files = {"layer-before": made / "in/photo.png", "layer-after": made / "out/photo.png"}
    for layer, file in files.items():
        with Image.open(file) as image:
            pixels = image.convert("RGBA")
        for place in ((0, 79), (119, 0), (60, 40)):
            assert tuple(page.evaluate(drawn, [layer, *place])) == pixels.getpixel(place)


def test_the_parts_and_the_errors(made, visit):
    page = visit(made / "one.html").page
    opened(page, "large.png")
    page.get_by_role("button", name="Part 1:1").click()
    assert page.evaluate("document.getElementById('layer-before').naturalWidth") == 512
    assert page.locator("#zoom").inner_text() == "100 %"
    assert box(page, "#canvas")["width"] == 512
    page.get_by_role("button", name="Errors").click()
    assert page.locator("#legend").is_visible()
    assert not page.locator("#split").is_visible()
    page.get_by_role("button", name="Worst place").click()
    assert page.get_by_role("button", name="Compare").get_attribute("aria-pressed") == "true"


def test_the_worst_place_is_framed(made, visit):
    page = visit(made / "one.html").page
    for name in ("photo.png", "large.png"):
        opened(page, name)
        x, y = (
            float(each)
            for each in page.locator(".card", has_text=name).get_attribute("data-worst").split()
        )
        page.get_by_role("button", name="Worst place").click()
        canvas, mark, stage = (box(page, place) for place in ("#canvas", "#mark", "#stage"))
        scale = canvas["width"] / {"photo.png": 120, "large.png": 1200}[name]
        middle = mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2
        expected = canvas["x"] + x * scale, canvas["y"] + y * scale
        assert middle == pytest.approx(expected, abs=1)
        for part, at, length in (("x", middle[0], "width"), ("y", middle[1], "height")):
            # In the middle, as far as the picture's edges allow it.
            low, size = stage[part], stage[length]
            free = at - canvas[part] >= size / 2 <= canvas[part] + canvas[length] - at
            assert low < at < low + size
            assert not free or at == pytest.approx(low + size / 2, abs=2)
        page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_said_covers_no_controls(made, visit, width):
    page = visit(made / "one.html", width, 844).page
    opened(page, "photo.png")
    page.locator("#swatches button").first.evaluate("button => button.click()")
    wait_for(page, "document.getElementById('toast').textContent")
    toast, controls = box(page, "#toast"), box(page, ".controls")
    assert toast["y"] + toast["height"] < controls["y"]
    assert toast["y"] >= box(page, ".moves")["y"] + box(page, ".moves")["height"]


def test_colors_are_copied(made, visit):
    page = visit(made / "one.html", permissions=["clipboard-read", "clipboard-write"]).page
    opened(page, "photo.png")
    swatch = page.locator("#swatches button").first
    color = swatch.get_attribute("title").split(",")[0]
    swatch.click()
    wait_for(page, "document.getElementById('toast').textContent")
    assert page.locator("#toast").inner_text() == f"Copied {color}"
    assert page.evaluate("navigator.clipboard.readText()") == color


def test_lost_colors_are_shown_and_copied(made, visit):
    page = visit(made / "one.html", permissions=["clipboard-read", "clipboard-write"]).page
    opened(page, "photo.png")
    assert page.locator(".loss").count() >= 1
    colors = "chips => chips.map(chip => chip.style.getPropertyValue('--own'))"
    lost, left = page.locator(".loss").first.locator(".chip").evaluate_all(colors)
    assert page.locator(".loss .what").first.inner_text().split()[:3] == [lost, "now", left]
    titles = page.eval_on_selector_all("#swatches button", "all => all.map(each => each.title)")
    assert left in {each.split(",")[0] for each in titles}
    page.get_by_role("button", name="Copy --pin for all").click()
    wait_for(page, "document.getElementById('toast').textContent")
    assert page.evaluate("navigator.clipboard.readText()").startswith('--pin "#')
    lost = page.locator(".loss strong").first.inner_text()
    page.locator(".loss").first.get_by_role("button", name="Copy --pin").click()
    wait_for(page, f"document.getElementById('toast').textContent.endsWith('\"{lost}\"')")
    assert page.evaluate("navigator.clipboard.readText()") == f'--pin "{lost}"'
    page.locator(".loss").first.get_by_role("button", name="Show").click()
    mark, stage = box(page, "#mark"), box(page, "#stage")
    assert mark["width"] > 0
    assert stage["x"] <= mark["x"] + mark["width"] / 2 <= stage["x"] + stage["width"]
    assert stage["y"] <= mark["y"] + mark["height"] / 2 <= stage["y"] + stage["height"]


@pytest.mark.parametrize("pressed", ["Show where", "Errors", "Worst place"])
def test_on_a_phone_the_picture_comes_into_view(made, visit, pressed):
    page = visit(made / "one.html", 390, 500).page
    opened(page, "photo.png")
    button = page.locator("#viewer").get_by_role("button", name=pressed).first
    page.evaluate("document.getElementById('viewer').scrollTop = 350")
    button.evaluate("button => button.click()")
    head, stage = box(page, "#viewer header"), box(page, "#stage")
    assert stage["y"] >= head["y"] + head["height"] - 1
    assert stage["y"] + stage["height"] <= 500


def test_one_picture_after_the_other(made, visit):
    page = visit(made / "one.html").page
    names = shown_names(page)
    page.locator(".open").first.click()
    title = page.locator("#viewer-name")
    assert title.inner_text() == names[0]
    assert page.get_by_role("button", name="Previous").is_disabled()
    for name in names[1:]:
        page.keyboard.press("PageDown")
        assert title.inner_text() == name
    assert page.get_by_role("button", name="Next").is_disabled()
    page.get_by_role("button", name="Previous").click()
    assert title.inner_text() == names[-2]


def test_an_address_names_a_picture(made, visit):
    page = visit(made / "one.html").page
    opened(page, "a\"b'c&.png")
    address = page.url
    assert address.partition("#")[2] == "picture=in%2Fa%22b'c%26.png"
    page.goto("about:blank")
    page.goto(address)
    assert page.locator("#viewer-name").inner_text() == "in/a\"b'c&.png"


@pytest.mark.parametrize("server", [False, True])
def test_back_closes_the_picture(made, visit, served, server):
    address = f"{served}/one.html" if server else (made / "one.html").as_uri()
    seen = visit(address)
    page, viewer = seen.page, seen.page.locator("#viewer")
    opened(page, "photo.png")
    page.keyboard.press("PageUp")
    page.go_back()
    assert not viewer.is_visible()
    assert page.url == address
    page.go_forward()
    assert viewer.is_visible()
    # Closing takes the step back, so that no more of them are left than there were.
    for close in ("Escape", "Enter"):
        page.locator("#close").focus()
        page.keyboard.press(close)
        page.wait_for_url(address)
        assert not viewer.is_visible()
        opened(page, "photo.png")
    assert page.evaluate("history.length") == 3
    page.go_back()
    assert page.url == address
    # Browsers ask a server for this by themselves.
    seen.complaints[:] = [each for each in seen.complaints if "404" not in each]


def test_a_failure_is_told(made, visit):
    page = visit(made / "one.html").page
    page.locator(".card", has_text="broken.png").locator(".open").click()
    assert page.locator("#viewer-message").inner_text().startswith("in/broken.png")
