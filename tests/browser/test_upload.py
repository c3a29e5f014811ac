"""Pictures: chosen, dropped or pasted, read by the server, and shown with a frame around each digit."""

import base64
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect

from browser.hand import Hand
from pictures import encoded, picture

Upload = dict[str, Any]

# Hand a file to the page as a browser does when one is dropped or pasted.
GIVE = """([kind, type, text]) => {
    const bytes = Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "file", { type }));
    const init = { bubbles: true, cancelable: true };
    if (kind === "paste") document.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: transfer }));
    else document.querySelector(".paper").dispatchEvent(new DragEvent(kind, { ...init, dataTransfer: transfer }));
}"""


def sheet(digits: str, side: int = 260) -> Image.Image:
    """Return a photo of digits side by side."""
    canvas = Image.new("RGB", (side * len(digits), side), "white")
    for place, digit in enumerate(digits):
        canvas.paste(picture(int(digit), side), (place * side, 0))
    return canvas


def png(digits: str) -> Upload:
    """Return a file to choose."""
    return {"name": "sheet.png", "mimeType": "image/png", "buffer": encoded(sheet(digits))}


def give(page: Page, kind: str, content: bytes, mime_type: str = "image/png") -> None:
    """Drop or paste a file."""
    page.evaluate(GIVE, [kind, mime_type, base64.b64encode(content).decode()])


def choose(page: Page, file: Upload) -> None:
    """Choose a file by the button."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photo or file").click()
    chooser.value.set_files(file)  # type: ignore[arg-type]


def test_the_key_opens_the_same_chooser(hand: Hand) -> None:
    """Law: P asks for a picture as the button does; what was chosen is read, and all is over when it is put away."""
    expect(hand.result).to_have_attribute("data-state", "blank")
    hand.page.wait_for_timeout(200)  # the page listens to keys once it has been drawn
    with hand.page.expect_file_chooser() as chooser:
        hand.page.wait_for_timeout(500)  # until Chromium hands its choosers to the test
        hand.page.keyboard.press("p")
    assert not chooser.value.is_multiple()
    chooser.value.set_files(png("6"))  # type: ignore[arg-type]
    expect(hand.digits).to_have_text(["6"])
    hand.page.keyboard.press("Escape")
    expect(hand.result).to_have_attribute("data-state", "blank")
    expect(hand.page.locator("input[type=file]")).to_have_count(0)


def test_a_phone_offers_its_camera(browser: Browser, base_url: str) -> None:
    """Law: with a finger for a pointer there is a button for the camera, the one at the back; with a mouse, none."""
    with browser.new_context(base_url=base_url, has_touch=True, is_mobile=True, service_workers="block") as phone:
        hand = Hand(phone.new_page())
        camera = hand.page.get_by_role("button", name="Camera")
        with hand.page.expect_file_chooser() as chooser:
            camera.tap()
        assert chooser.value.element.get_attribute("capture") == "environment"
        assert chooser.value.element.get_attribute("accept") == "image/*"
        chooser.value.set_files(png("42"))  # type: ignore[arg-type]
        expect(hand.frames).to_have_text(["4", "2"])
        expect(camera).to_have_count(0)
    with browser.new_context(base_url=base_url, service_workers="block") as desktop:
        hand = Hand(desktop.new_page())
        expect(hand.page.get_by_role("button", name="Camera")).to_be_hidden()


def test_a_chosen_picture_is_read_and_framed(hand: Hand) -> None:
    """Law: a picture is sent to /read and nowhere else; its digits stand in frames at their places on it."""
    sent: list[Request] = []
    hand.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    choose(hand.page, png("42"))
    expect(hand.digits).to_have_text(["4", "2"])
    expect(hand.frames).to_have_text(["4", "2"])
    assert [(request.url.rpartition("/")[2], request.headers["content-type"]) for request in sent] == [
        ("read", "image/png")
    ]
    image, frames = hand.page.locator(".sheet canvas").bounding_box(), [f.bounding_box() for f in hand.frames.all()]
    assert image
    middle = image["x"] + image["width"] / 2
    assert frames[0]
    assert frames[1]
    assert image["x"] < frames[0]["x"] < frames[0]["x"] + frames[0]["width"] < middle < frames[1]["x"]
    expect(hand.page.get_by_role("img", name="with a frame around two marks")).to_be_visible()


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_a_picture_may_be_given_without_a_button(hand: Hand, kind: str) -> None:
    """Law: one that is dropped or pasted is read as well."""
    give(hand.page, kind, encoded(sheet("5")))
    expect(hand.digits).to_have_text(["5"])


def test_the_drawing_is_there_when_the_picture_is_put_away(hand: Hand) -> None:
    """Law: a picture lies on the pad and takes nothing from it; by button or Escape the drawing is back, and read."""
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])
    for back in (lambda: hand.page.get_by_role("button", name="Back to the pad").click(), lambda: None):
        choose(hand.page, png("31"))
        expect(hand.digits).to_have_text(["3", "1"])
        expect(hand.pad).to_be_hidden()
        back()
        hand.page.keyboard.press("Escape") if hand.pad.is_hidden() else None
        expect(hand.pad).to_be_visible()
        expect(hand.digits).to_have_text(["7"])
    expect(hand.page.get_by_role("button", name="Photo or file")).to_be_focused()


def test_where_a_file_is_held_it_can_be_dropped(hand: Hand) -> None:
    """Law: while a file is held over the page the paper says so, and no longer than that; words are no file."""
    paper, told = hand.page.locator(".paper"), hand.page.get_by_text("Drop it here")
    for kind in ("dragover", "dragleave"):
        give(hand.page, kind, encoded(sheet("5")))
        expect(paper).to_have_attribute("data-offered", str(kind == "dragover").lower())
        expect(told).to_be_visible(visible=kind == "dragover")
    hand.page.evaluate("document.dispatchEvent(new DragEvent('dragover', { dataTransfer: new DataTransfer() }))")
    expect(told).to_be_hidden()


@pytest.mark.parametrize("put_away", ["Enter", "Escape"])
def test_a_picture_that_goes_takes_no_focus_along(hand: Hand, put_away: str) -> None:
    """Law: by keys alone there and back: whatever goes with a picture, or comes with it, the focus is in the page."""
    give(hand.page, "paste", encoded(sheet("5")))
    expect(hand.digits).to_have_text(["5"])
    hand.page.get_by_role("button", name="Back to the pad").focus()
    hand.page.keyboard.press(put_away)
    expect(hand.pad).to_be_visible()
    expect(hand.page.get_by_role("button", name="Photo or file")).to_be_focused()


def test_a_picture_takes_the_focus_of_the_pad_that_it_covers(hand: Hand) -> None:
    """Law: whoever has just drawn and pastes has the focus on the picture, and on the pad once that is put away."""
    hand.mouse(7)
    expect(hand.pad).to_be_focused()
    give(hand.page, "paste", encoded(sheet("5")))
    expect(hand.page.locator(".sheet canvas")).to_be_focused()
    hand.page.keyboard.press("Escape")
    expect(hand.pad).to_be_focused()


HUGE = encoded(Image.new("1", (9_000, 3_000), 1))


@pytest.mark.parametrize(
    ("content", "mime_type", "told"),
    [
        (b"hello", "text/plain", "This is no picture"),
        (b"", "image/png", "cannot be opened"),
        (b"\x89PNG\r\n\x1a\n broken", "image/png", "cannot be opened"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "cannot be opened"),
        (encoded(Image.new("RGB", (300, 200), "white")), "image/png", "large and in good light"),
        (HUGE, "image/png", "large and in good light"),
    ],
)
def test_what_cannot_be_read_is_told(hand: Hand, content: bytes, mime_type: str, told: str) -> None:
    """Law: of a file that is no picture, is broken or shows no digit the page says so, and the next stroke is read."""
    give(hand.page, "drop", content, mime_type)
    expect(hand.result).to_have_attribute("data-state", re.compile("refused|empty|not_a_digit"))
    expect(hand.page.locator(".account")).to_contain_text(told)
    hand.page.keyboard.press("Escape")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])


def test_a_file_without_end_is_not_opened(hand: Hand) -> None:
    """Law: of a file that would take all memory one is told that it is too large, and nothing is sent."""
    sent: list[str] = []
    hand.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    hand.page.evaluate("""() => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([new Uint8Array(60_000_001)], "film.png", { type: "image/png" }));
        document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
    }""")
    expect(hand.page.locator(".account")).to_contain_text("The picture is too large.")
    assert sent == []


def test_a_picture_waits_for_a_server_that_is_gone(page: Page) -> None:
    """Law: with the server gone the picture stays, and the page says so; once the server is back it is read."""
    hand, banner = Hand(page), page.get_by_text("The picture will be read as soon as the server answers again.")
    for route in ("**/read", "**/health"):
        page.route(route, lambda route: route.abort())
    give(page, "drop", encoded(sheet("42")))
    expect(banner).to_be_visible()
    expect(page.locator(".sheet canvas")).to_be_visible()
    expect(hand.digits).to_have_count(0)
    for route in ("**/read", "**/health"):
        page.unroute(route)
    expect(hand.digits).to_have_text(["4", "2"], timeout=20_000)
    expect(banner).to_be_hidden()


def test_a_stroke_ends_the_word_on_a_file_that_could_not_be_opened(hand: Hand) -> None:
    """Law: whoever draws on is read, without putting anything away."""
    give(hand.page, "paste", b"hello", "text/plain")
    expect(hand.result).to_have_attribute("data-state", "refused")
    hand.mouse(7)
    expect(hand.digits).to_have_text(["7"])


def test_large_and_strange_pictures_are_made_fit(hand: Hand) -> None:
    """Law: what the server does not know, or would find too large, is sent as it takes it, and boxes still fit."""
    sizes: list[tuple[str, int]] = []
    hand.page.on(
        "request",
        lambda request: sizes.append((request.headers.get("content-type", ""), len(request.post_data_buffer or b""))),
    )
    large = sheet("42").convert("L").resize((3_600, 1_800))
    give(hand.page, "drop", encoded(large, "BMP"), "image/bmp")
    expect(hand.frames).to_have_text(["4", "2"], timeout=30_000)
    kind, size = sizes[-1]
    assert kind in {"image/png", "image/jpeg"}
    assert size < 10_000_000


def test_a_photo_that_was_taken_upright_is_shown_upright(hand: Hand) -> None:
    """Law: a phone's word on how it was held is heeded, by the page as by the server."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to see it upright
    lying = sheet("42").rotate(90, expand=True)
    give(hand.page, "drop", encoded(lying, "JPEG", exif=exif, quality=95), "image/jpeg")
    expect(hand.frames).to_have_text(["4", "2"])
    box = hand.page.locator(".sheet canvas").bounding_box()
    assert box
    assert box["width"] > 1.5 * box["height"]


def test_a_server_that_will_not_take_it(page: Page) -> None:
    """Law: a refusal of a picture is told in words for pictures; Read asks again."""
    hand = Hand(page)  # Chromium's console tells of the status, too
    problem = {"status": 413, "title": "Content Too Large", "detail": "Expected less. Received more."}
    hand.page.route("**/read", lambda route: route.fulfill(status=413, json=problem), times=1)
    give(hand.page, "drop", encoded(sheet("6")))
    expect(hand.page.locator(".account")).to_contain_text("The picture is too large.")
    hand.page.get_by_role("button", name="Read", exact=True).click()
    expect(hand.digits).to_have_text(["6"])
