"""The list of pictures: read without scripts, searched, sorted, and open to all."""

import re

import pytest
from browserchecks import HOSTILE, shown_names, violations, wait_for

from colorquant.report.gallery.page import page as gallery_page
from colorquant.report.gallery.picture import Entry, Figures, Picture, Shot

pytestmark = pytest.mark.browser

PICTURES = {*HOSTILE, "photo.png", "large.png", "moving.gif"}
NAMES = {f"in/{name}" for name in PICTURES | {"broken.png"}}


@pytest.mark.parametrize("name", ["one.html", "many.html"])
def test_it_loads_nothing_but_its_own(made, visit, name):
    opened = visit(made / name)
    opened.page.locator(".card").last.scroll_into_view_if_needed()
    opened.page.wait_for_load_state("networkidle")
    folder = (made / "many_files").as_uri()
    assert opened.asked()[0] == (made / name).as_uri()
    assert all(url.startswith(f"{folder}/") for url in opened.asked()[1:])
    assert (name == "many.html") == (len(opened.asked()) > 1)
    widths = "images => images.map(image => image.complete && image.naturalWidth)"
    assert all(opened.page.eval_on_selector_all(".thumb", widths))


def test_it_works_from_a_server_too(served, visit):
    opened = visit(f"{served}/many.html")
    opened.page.locator(".card", has_text="photo.png").locator(".open").click()
    opened.page.wait_for_load_state("networkidle")
    assert opened.page.evaluate("document.getElementById('layer-after').naturalWidth") == 120
    # Browsers ask for this by themselves, where no page names another one.
    asked = [url for url in opened.asked() if not url.endswith("/favicon.ico")]
    assert all(re.fullmatch(f"{served}/many(.html|_files/.*)", url) for url in asked)
    opened.complaints[:] = [each for each in opened.complaints if "404" not in each]


@pytest.mark.parametrize("width", [390, 1280])
def test_without_scripts_all_can_be_read(made, visit, width):
    page = visit(made / "one.html", width, java_script_enabled=False).page
    for name in NAMES:
        assert page.get_by_role("heading", name=name.rpartition("/")[2]).first.is_visible()
    assert page.locator(".card > .message").inner_text().startswith("in/broken.png: ")
    assert page.locator(".scripted:visible").count() == 0
    card = page.locator(".card", has_text="photo.png")
    card.locator("summary").click()
    for word in ("Before", "After", "Errors", "CIEDE2000, mean", "PSNR", "120 x 80 pixels"):
        assert card.get_by_text(word, exact=True).first.is_visible(), word
    assert re.fullmatch(r"(#[0-9a-f]{6} ){5}#[0-9a-f]{6}", card.locator(".palette").inner_text())
    assert "is lost" in card.locator(".losses").inner_text()


def test_names_are_texts_and_links_lead_to_files(made, visit):
    page = visit(made / "one.html", java_script_enabled=False).page
    assert set(shown_names(page)) == NAMES
    assert page.locator("script").count() == 1
    links = page.eval_on_selector_all("dd a", "links => links.map(link => link.href)")
    folder = made.as_uri()
    assert len(links) == 2 * len(PICTURES)
    assert all(link.startswith((f"{folder}/in/", f"{folder}/out/")) for link in links)


def test_search_show_and_sort(made, visit):
    page = visit(made / "one.html").page
    page.get_by_role("searchbox").fill("PHOTO")
    wait_for(page, "document.querySelectorAll('.card').length === 1")
    assert shown_names(page) == ["in/photo.png"]
    assert page.get_by_role("status").first.inner_text() == "1 of 7"
    page.get_by_role("searchbox").fill("nowhere")
    page.get_by_text("No picture matches.").wait_for()
    assert page.get_by_role("status").first.inner_text() == "0 of 7"
    page.get_by_role("searchbox").fill("")
    wait_for(page, "document.querySelectorAll('.card').length === 7")
    page.locator("#show").select_option("failed")
    assert shown_names(page) == ["in/broken.png"]
    page.locator("#show").select_option("lost")
    assert "in/photo.png" in shown_names(page)
    page.locator("#show").select_option("")
    for key, sign in (("error", -1), ("lost", -1), ("gone", -1), ("saved", 1)):
        page.locator("#sort").select_option(key)
        values = page.eval_on_selector_all(
            f".card[data-{key}]", f"c => c.map(e => +e.dataset.{key})"
        )
        assert values == sorted(values, key=lambda value: sign * value)
        assert shown_names(page)[-1] == "in/broken.png"
    page.locator("#sort").select_option("name")
    assert shown_names(page) == sorted(NAMES, key=str.casefold)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(made, visit, width, scheme):
    page = visit(made / "one.html", width, color_scheme=scheme).page
    assert violations(page) == []
    page.locator(".card", has_text="large.png").locator(".open").click()
    assert violations(page) == []
    page.get_by_role("button", name="Errors").click()
    assert violations(page) == []


def test_the_theme_turns(made, visit):
    page = visit(made / "one.html", color_scheme="light").page
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_role("button", name="Theme").click()
    assert page.evaluate(ground) != before
    assert violations(page) == []


def test_no_page_is_wider_than_a_phone(made, visit):
    page = visit(made / "one.html", 390, 844).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".open").first.click()
    assert page.evaluate("document.getElementById('viewer').scrollWidth") <= 390


def test_thousands_load_only_what_is_seen(made, visit, tmp_path):
    (tmp_path / "files").mkdir()
    drawing = next((made / "many_files").glob("*.webp")).read_bytes()
    entries = []
    for number in range(5000):
        (tmp_path / f"files/{number}.webp").write_bytes(drawing)
        stored = Shot(b"", "image/webp", 120, 80, f"./files/{number}.webp")
        picture = Picture(
            {"thumb": stored, "thumb_before": stored, "before": stored, "after": stored},
            (120, 80),
            bytes=(1000, 1 + number % 999),
            figures=Figures(1.0, 40.0, number % 77 / 10, 3.0, 0.9),
            lost=(),
        )
        entries.append(Entry(f"{number:04}.png", "done", picture=picture))
    (tmp_path / "page.html").write_bytes(gallery_page(entries, "Many"))
    opened = visit(tmp_path / "page.html")
    assert opened.page.locator(".card").count() == 5000
    assert 0 < len(opened.asked()) < 200
    opened.page.locator("#sort").select_option("error")
    assert shown_names(opened.page)[0] == "0076.png"
    opened.page.get_by_role("searchbox").fill("499")
    wait_for(opened.page, "document.querySelectorAll('.card').length === 15")
