import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import manifest from "../clips.json";
import type { Language } from "../src/language/language";
import { clipsOf, everyClip, pathOf, textsOf } from "../src/speech/clips";
import { beeps, buzzes, Earcons, vibrate } from "../src/speech/earcons";
import { Speech } from "../src/speech/say";
import { type Listener, RATE, recallSpeech, rememberSpeech } from "../src/speech/settings";
import { Sound } from "../src/speech/sound";

const FILES = Object.keys(import.meta.glob("../public/clips/**/*.mp3", { query: "?url" })).map((path) => path.replace("../public/", ""));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("clips", () => {
  it("are there for all that is said, in both languages, and for nothing else", () => {
    const wanted = everyClip();
    expect(manifest.clips.map(({ language, text, path }) => ({ language, text, path }))).toEqual(wanted);
    expect(FILES.toSorted()).toEqual(wanted.map(({ path }) => path).toSorted());
  });

  it("are each of another name", () => {
    const paths = everyClip().map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it.each([
    ["en", ["read_digit", { digit: 8, share: 98 }], ["eight", null, "ninety", "eight", "percent sure."]],
    ["ko", ["read_digit", { digit: 0, share: 20 }], ["영", null, "이십", "퍼센트 확실합니다."]],
    ["ko", ["read_number", { digits: "01" }], ["공", "일", null]],
    ["ko", ["accepted", { place: 2, count: 4 }], ["네", "개 중", "두 번째", "숫자를 입력했습니다."]],
    ["en", ["idle", { seconds: 20 }], ["Are you still there? In", "twenty", "seconds all is cleared. Touch the screen to go on."]],
    ["en", ["practice_other", { digit: 1, other: 7 }], ["I asked for", "one", "and read", "seven", "Try once more."]],
    ["en", ["volume", { share: 100 }], ["Volume", "a hundred", "percent."]],
    ["en", ["rate", { share: 130 }], ["Speed", "a hundred", "thirty", "percent."]],
    ["ko", ["rate", { share: 110 }], ["말하기 빠르기", "백", "십", "퍼센트."]],
  ] as const)("make up in %s %j", (language, utterance, texts) => {
    expect(textsOf(language, utterance)).toEqual(texts);
  });

  it.each(["ko", "en"] as const)("say every value in %s that may be filled in", (language) => {
    const there = new Set(clipsOf(language).map(({ text }) => text));
    for (let share = 0; share <= 150; share += 1) for (const text of textsOf(language, ["volume", { share }])) expect(there).toContain(text);
    for (let place = 1; place <= 12; place += 1) for (const text of textsOf(language, ["accepted", { place, count: place }])) expect(there).toContain(text);
  });
});

/** A device: what it was given to play, in order. Its clock goes with the timers, where it goes at all. */
class Device {
  static all: Device[] = [];
  static state = "running";
  static ticks = true;
  state = Device.state;
  readonly started = Date.now();
  readonly played: { path: string; at: number; rate: number }[] = [];
  readonly stopped: string[] = [];
  readonly destination = {};

  constructor() {
    Device.all.push(this);
  }

  get currentTime(): number {
    return Device.ticks ? (Date.now() - this.started) / 1_000 : 0;
  }

  resume = (): Promise<void> => Promise.resolve();
  decodeAudioData = async (bytes: ArrayBuffer): Promise<object> => {
    const path = new TextDecoder().decode(bytes);
    if (path === "damaged") throw new DOMException("Unable to decode", "EncodingError");
    return { path, duration: 0.5 };
  };
  createGain = (): object => ({ gain: { value: 1 }, connect: () => undefined, disconnect: () => undefined });
  createBufferSource = (): object => {
    const source = { buffer: { path: "" }, playbackRate: { value: 1 }, connect: () => undefined, start: (at: number) => this.played.push({ path: source.buffer.path, at, rate: source.playbackRate.value }), stop: () => this.stopped.push(source.buffer.path) };
    return source;
  };
}

interface Stage {
  speech: Speech;
  asked: string[];
  shown: string[];
}

/** Speech on a stage: a device, a server that has every clip but those that `fail`, a live region. */
function stage({ listener = "ears", language = "en", fail = () => null }: { listener?: Listener; language?: Language; fail?: (path: string) => Response | null } = {}): Stage {
  const [asked, shown]: [string[], string[]] = [[], []];
  vi.stubGlobal("fetch", async (url: URL) => {
    const path = url.pathname.slice(1);
    asked.push(path);
    return fail(path) ?? new Response(path);
  });
  const settings = { listener, volume: 1, rate: 1 };
  return { speech: new Speech({ sound: new Sound(), base: "http://sutja.test/", live: (text) => shown.push(text), language, settings }), asked, shown };
}

const played = (): string[] => Device.all.flatMap((device) => device.played.map(({ path }) => path));
const pathsOf = (language: Language, ...texts: string[]): string[] => texts.map((text) => pathOf(language, text));

async function settle<Value>(promise: Promise<Value>): Promise<Value> {
  await vi.advanceTimersByTimeAsync(60_000);
  return promise;
}

function aDevice(state = "running", ticks = true): void {
  Object.assign(Device, { all: [], state, ticks });
  vi.stubGlobal("AudioContext", Device);
}

describe("Speech", () => {
  beforeEach(() => aDevice());

  it("plays the clips of a phrase in their order, one after the other, and leaves the live region empty", async () => {
    const { speech, shown } = stage();
    expect(await settle(speech.say("accepted", { place: 2, count: 4 }))).toBe("clips");
    expect(played()).toEqual(pathsOf("en", "Second", "of", "four", "entered."));
    const starts = Device.all[0]?.played.map(({ at }) => at) ?? [];
    for (const [place, start] of starts.slice(1).entries()) expect(start - (starts[place] ?? 0)).toBeGreaterThanOrEqual(0.5);
    expect(shown.filter(Boolean)).toEqual([]);
  });

  it("asks for the same clips in the same order whatever is said, once", async () => {
    const orders = [];
    for (const digits of ["1", "7"]) {
      const { speech, asked } = stage();
      await settle(speech.say("accepted_aloud", { digits, place: 1, count: 4 }));
      await settle(speech.say("accepted_aloud", { digits, place: 2, count: 4 }));
      orders.push(asked);
    }
    expect(orders[0]).toEqual(clipsOf("en").map(({ path }) => path));
    expect(orders[1]).toEqual(orders[0]);
  });

  it("stops what it says for what comes next, and goes on with what is added", async () => {
    const { speech } = stage();
    const first = speech.say("help");
    await vi.advanceTimersByTimeAsync(100);
    const second = speech.say("sound_on");
    const third = speech.add([["begin", { count: 4 }]]);
    expect(await settle(Promise.all([first, second, third]))).toEqual(["stopped", "clips", "clips"]);
    expect(Device.all[0]?.stopped[0]).toBe(pathsOf("en", "Tap with two fingers to take back a digit. Hold two fingers to hear where you are. Hold one finger for two seconds to start over.")[0]);
    expect(played().slice(-4)).toEqual(pathsOf("en", "Sound is on.", "Enter", "four", "digits."));
  });

  it("forgets what was to come when it is stopped, and can speak again", async () => {
    const { speech, shown } = stage();
    const all = [speech.say("sound_on"), speech.add([["done"], ["help"]])];
    await vi.advanceTimersByTimeAsync(50);
    speech.stop();
    expect(await settle(Promise.all(all))).toEqual(["stopped", "stopped"]);
    expect(shown.at(-1)).toBe("");
    expect(await settle(speech.say("done"))).toBe("clips");
  });

  it("speaks two languages in turn", async () => {
    const { speech } = stage({ language: "ko" });
    void speech.tell([["choose_language"]], "ko");
    await settle(speech.add([["choose_language"]], "en"));
    expect(played()).toEqual([...pathsOf("ko", "한국어는 화면 왼쪽을 누르거나, 일 번을 누르세요."), ...pathsOf("en", "For English, touch the right half of the screen, or press 2.")]);
  });

  it("leaves it to a screen reader where there is one: no clip is fetched, no sound made", async () => {
    const { speech, asked, shown } = stage({ listener: "reader", language: "ko" });
    expect(await settle(speech.say("accepted", { place: 1, count: 4 }))).toBe("live");
    expect(shown).toEqual(["", "네 개 중 첫 번째 숫자를 입력했습니다."]);
    expect([...asked, ...played()]).toEqual([]);
  });

  it("is as loud and as fast as it is set", async () => {
    const { speech } = stage();
    speech.settings = { listener: "ears", volume: 0.5, rate: 1.5 };
    await settle(speech.say("sound_on"));
    expect(Device.all[0]?.played).toMatchObject([{ rate: 1.5 }]);
  });
});

/** A voice that does what `act` says with each utterance. */
function aVoice(act: (utterance: EventTarget) => void, voice = { lang: "en_US", localService: true }): string[] {
  const said: string[] = [];
  vi.stubGlobal("SpeechSynthesisUtterance", class extends EventTarget {
    constructor(readonly text: string) {
      super();
    }
  });
  const speak = (utterance: EventTarget & { text: string }): void => {
    said.push(utterance.text);
    act(utterance);
  };
  vi.stubGlobal("speechSynthesis", { getVoices: () => [{ lang: "kok", localService: true }, voice], speak, cancel: () => said.push("(cancelled)") });
  return said;
}

const tell = (...names: string[]) => (utterance: EventTarget): void => names.forEach((name) => utterance.dispatchEvent(new Event(name)));
const missing = (): Response => new Response("", { status: 404 });

function noMore(): never {
  throw new DOMException("No more contexts", "NotSupportedError");
}

describe("bad luck", () => {
  beforeEach(() => aDevice());

  it.each([
    ["no clip", () => void 0, { fail: missing }],
    ["one clip that is missing", () => void 0, { fail: (path: string) => (path === pathOf("en", "Sound is on.") ? missing() : null) }],
    ["clips that are damaged", () => void 0, { fail: () => new Response("damaged") }],
    ["no AudioContext", () => vi.stubGlobal("AudioContext", undefined), {}],
    ["a context that throws", () => vi.stubGlobal("AudioContext", noMore), {}],
    ["a context that is locked", () => aDevice("suspended"), {}],
    ["a device whose clock stands still", () => aDevice("running", false), {}],
  ])("with %s it takes the voice of the device, and without one the live region", async (_, befall, how) => {
    befall();
    const { speech, shown } = stage(how);
    expect(await settle(speech.say("sound_on"))).toBe("live");
    expect(shown.at(-1)).toBe("Sound is on.");
    const said = aVoice(tell("start", "end"));
    expect(await settle(speech.say("sound_on"))).toBe("voice");
    expect(said).toEqual(["Sound is on."]);
    expect(shown.at(-1)).toBe("");
  });

  it.each([
    ["never starts", aVoice.bind(null, tell())],
    ["fails", aVoice.bind(null, tell("error"))],
    ["sends what it says to a server", aVoice.bind(null, tell("start", "end"), { lang: "en-US", localService: false })],
    ["speaks another language", aVoice.bind(null, tell("start", "end"), { lang: "ko-KR", localService: true })],
  ])("does not wait for a voice that %s", async (_, voice) => {
    const { speech, shown } = stage({ fail: missing });
    voice();
    expect(await settle(speech.say("sound_on"))).toBe("live");
    expect(shown.at(-1)).toBe("Sound is on.");
  });

  it("waits no longer for a voice that starts and never ends", async () => {
    const { speech } = stage({ fail: missing });
    const said = aVoice(tell("start"));
    expect(await settle(speech.say("sound_on"))).toBe("voice");
    expect(said).toEqual(["Sound is on.", "(cancelled)"]);
  });

  it("tries clips again that failed, all of them, whatever is said next, and none once all are there", async () => {
    let isGone = true;
    const { speech, asked } = stage({ fail: () => (isGone ? missing() : null) });
    await settle(speech.say("sound_on"));
    expect(asked.length).toBe(clipsOf("en").length);
    isGone = false;
    expect(await settle(speech.say("done"))).toBe("clips");
    expect(asked.slice(clipsOf("en").length)).toEqual(clipsOf("en").map(({ path }) => path));
    expect(await settle(speech.say("sound_on"))).toBe("clips");
    expect(asked.length).toBe(2 * clipsOf("en").length);
  });
});

describe("settings of speech", () => {
  it.each([
    [{}, { listener: "ears", volume: 1, rate: 1 }],
    [{ listener: "reader", volume: "0.4", rate: "1.2" }, { listener: "reader", volume: 0.4, rate: 1.2 }],
    [{ listener: "everyone", volume: "NaN", rate: "99" }, { listener: "ears", volume: 1, rate: RATE.most }],
    [{ volume: "-1", rate: "" }, { listener: "ears", volume: 0.1, rate: 1 }],
  ])("are remembered, and sane whatever was: %j", (kept, settings) => {
    vi.stubGlobal("localStorage", { getItem: (name: string) => (kept as Record<string, string>)[name.replace("sutja.", "")] ?? null });
    expect(recallSpeech()).toEqual(settings);
    expect(rememberSpeech(recallSpeech())).toBe(false);
  });
});

describe("Earcons", () => {
  it("tell places by count and pitch, each place another", () => {
    const places = [1, 2, 3, 4, 5, 6].map(beeps);
    expect(places.map((tones) => tones.length)).toEqual([1, 2, 3, 4, 4, 4]);
    const pitches = places.map(([tone]) => tone?.pitch ?? 0);
    expect(pitches).toEqual([...new Set(pitches)].toSorted((one, other) => one - other));
    expect([1, 2, 4].map((place) => buzzes(place).length)).toEqual([1, 3, 7]);
  });

  it.each([
    ["there is no AudioContext", () => vi.stubGlobal("AudioContext", undefined)],
    ["the device breaks", () => aDevice()], // a Device has no oscillator
    ["nothing buzzes", () => vi.stubGlobal("navigator", {})],
    ["buzzing is forbidden", () => vi.stubGlobal("navigator", { vibrate: noMore })],
  ])("keep still where %s", (_, befall) => {
    befall();
    const earcons = new Earcons(new Sound());
    for (const act of [() => earcons.accepted(3), () => earcons.again(), () => earcons.done(), () => earcons.penDown(), () => earcons.redone(), () => earcons.warning()]) expect(act).not.toThrow();
    expect(vibrate([30])).toBe(false);
  });
});
