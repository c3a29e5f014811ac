"""Reading aloud: by recorded clips, and by nothing else at the same time."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from browser.hand import Hand

WEB = Path(__file__).parents[2] / "web"
TEXTS = {clip["path"]: clip["text"] for clip in json.loads((WEB / "clips.json").read_text("utf-8"))["clips"]}
# Remembers which clips were started, in their order.
LISTEN = """
window.heard = [];
const paths = new WeakMap();
const { arrayBuffer } = Response.prototype, { decodeAudioData } = BaseAudioContext.prototype;
const { start } = AudioBufferSourceNode.prototype;
Response.prototype.arrayBuffer = async function () {
    const bytes = await arrayBuffer.call(this);
    paths.set(bytes, new URL(this.url).pathname.slice(1));
    return bytes;
};
BaseAudioContext.prototype.decodeAudioData = async function (bytes) {
    const path = paths.get(bytes), clip = await decodeAudioData.call(this, bytes);
    paths.set(clip, path);
    return clip;
};
AudioBufferSourceNode.prototype.start = function (...when) {
    window.heard.push(paths.get(this.buffer));
    return start.apply(this, when);
};
"""
HEARD = "count => window.heard.length >= count"
NO_AUDIO = "delete window.AudioContext; Object.defineProperty(window, 'speechSynthesis', { value: undefined });"
NO_VOICES = "speechSynthesis.getVoices = () => [];"
# How long each clip is, as the browser's own decoder has it.
DURATIONS = """async (paths) => {
    const context = new OfflineAudioContext(1, 1, 48000);
    const lengthOf = async (path) => {
        const answer = await fetch(path);
        return (await context.decodeAudioData(await answer.arrayBuffer())).duration;
    };
    return Promise.all(paths.map(lengthOf));
}"""


def speak(page: Page) -> None:
    """Turn reading aloud on."""
    page.get_by_role("switch", name="Speak").click()
    expect(page.get_by_role("switch", name="Speak")).to_be_checked()


def clips_asked(page: Page) -> list[str]:
    """Return the list into which the page's requests for clips go."""
    asked: list[str] = []

    def hear(request: Request) -> None:
        if "/clips/" in request.url:
            asked.append(request.url.partition("/clips/")[2])

    page.on("request", hear)
    return asked


def test_the_digit_is_read_aloud_once_it_has_settled(page: Page) -> None:
    """Law: with Speak on, clips say digit and confidence after the last stroke, and none is fetched before it is on."""
    page.add_init_script(LISTEN)
    hand, asked = Hand(page), clips_asked(page)
    page.wait_for_timeout(200)
    assert asked == []
    speak(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2_500)
    before = len(page.evaluate("heard"))
    hand.mouse(7)
    assert len(page.evaluate("heard")) == before
    page.wait_for_function(HEARD, arg=before + 3)
    said = [TEXTS[path] for path in page.evaluate("heard")][before:]
    assert (said[0], said[-1]) == ("seven", "percent sure.")
    expect(page.get_by_role("status")).to_have_text("")
    assert sorted(asked) == sorted(path.removeprefix("clips/") for path in TEXTS if path.startswith("clips/en/"))


def test_speak_is_off_at_first_and_remembered(hand: Hand) -> None:
    """Law: nobody is spoken to unasked; whoever turned it on finds it on, and off again when turned off."""
    knob = hand.page.get_by_role("switch", name="Speak")
    expect(knob).not_to_be_checked()
    speak(hand.page)
    hand.page.reload()
    expect(knob).to_be_checked()
    knob.press("Space")
    expect(knob).not_to_be_checked()
    hand.page.reload()
    expect(knob).not_to_be_checked()


@pytest.mark.parametrize("luck", [NO_AUDIO, NO_VOICES])
def test_what_cannot_be_heard_can_be_read(page: Page, luck: str) -> None:
    """Law: without Web Audio, voices or clips the live region says it, and nothing breaks."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(luck)
    page.route("**/clips/**", lambda route: route.fulfill(status=404))
    hand = Hand(page)
    speak(page)
    hand.mouse(7)
    expect(page.get_by_role("status")).to_have_text(re.compile(r"7\. (More than )?\d+ percent sure\."), timeout=15_000)
    assert complaints == []


def test_the_language_of_speech_follows_the_page(page: Page) -> None:
    """Law: after a switch of language the clips of that language are fetched, and said."""
    page.add_init_script(LISTEN)
    hand, asked = Hand(page), clips_asked(page)
    speak(page)
    page.get_by_role("button", name="한국어").click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2_500)
    assert {path.split("/")[0] for path in asked} == {"en", "ko"}
    before = len(page.evaluate("heard"))
    hand.mouse(7)
    page.wait_for_function(HEARD, arg=before + 1)
    assert TEXTS[page.evaluate("heard")[before]] == "칠"
    expect(page.get_by_role("status")).to_have_text("")


def test_clips_are_small_and_sound(hand: Hand) -> None:
    """Law: the browser decodes every clip; none is empty, none longer than needed, and all are 1.1 MB at most."""
    durations = hand.page.evaluate(DURATIONS, [*TEXTS])
    for text, duration in zip(TEXTS.values(), durations, strict=True):
        assert 0.1 < duration < 1 + 0.12 * len(text) * (2 if re.search("[가-힣]", text) else 1), text
    assert sum((WEB / "public" / path).stat().st_size for path in TEXTS) <= 1_100_000
