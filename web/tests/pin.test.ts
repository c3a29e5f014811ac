import { describe, expect, it } from "vitest";
import type { Phrase } from "../src/language/phrase";
import { outcomeOf } from "../src/pin/lesson";
import { begin, type Effect, type Event, type State, type Way } from "../src/pin/state";
import { step } from "../src/pin/step";

const DRAWN: Event = { kind: "entered", how: "drawn" };

/** The state after some events, and all that followed from the last of them. */
function after(way: Way, ...events: readonly Event[]): readonly [State, readonly Effect[]] {
  let [state, effects]: readonly [State, readonly Effect[]] = [begin(4), []];
  for (const event of [{ kind: "open", way } as const, ...events]) [state, effects] = step(state, event);
  return [state, effects];
}

function phrases(effects: readonly Effect[]): Phrase[] {
  return effects.flatMap((effect) => ("said" in effect ? effect.said.map(([phrase]) => phrase) : []));
}

const full = [DRAWN, DRAWN, DRAWN, DRAWN, { kind: "read", rewrite: [] }] as const;

describe("the machine", () => {
  it("offers both languages at the first touch, headphones before all else, and tells no more than places", () => {
    const [untouched] = after("eyes_free");
    expect(untouched.phase).toBe("language");
    const [offered, offers] = after("eyes_free", { kind: "touched" });
    expect([offered.phase, phrases(offers)]).toEqual(["language", ["choose_language", "use_screen_reader"]]);
    const [state, effects] = after("eyes_free", { kind: "touched" }, { kind: "languageChosen" });
    expect(state).toMatchObject({ phase: "entering", at: 0, speaksDigits: "no" });
    expect(phrases(effects).slice(0, 3)).toEqual(["language_chosen", "headphones", "masked"]);
  });

  it("fills places in order, reads once all are filled, and is full only when all is sure", () => {
    const [second] = after("boxes", DRAWN);
    expect(second).toMatchObject({ phase: "entering", marks: ["entered", "empty", "empty", "empty"], at: 1 });
    const [reading, effects] = after("boxes", ...full.slice(0, 4));
    expect(reading).toMatchObject({ phase: "reading", at: null });
    expect(effects).toContainEqual({ do: "read" });
    expect(after("boxes", ...full)[0].phase).toBe("full");
  });

  it("asks only the doubtful places again, and forgets what was drawn there", () => {
    const [state, effects] = after("boxes", ...full.slice(0, 4), { kind: "read", rewrite: [1, 3] });
    expect(state).toMatchObject({ phase: "entering", marks: ["entered", "again", "entered", "again"], at: 1, order: [0, 2] });
    expect(effects).toContainEqual({ do: "forget", places: [1, 3] });
    const [next, told] = step(state, DRAWN);
    expect(next).toMatchObject({ phase: "entering", at: 3 });
    expect(phrases(told)).toContain("next"); // nobody can know without being told
    expect(step(next, DRAWN)[0].phase).toBe("reading");
  });

  it("guesses nothing of a digit that is not clear", () => {
    const [state, effects] = after("eyes_free", { kind: "languageChosen" }, DRAWN, { kind: "unclear" });
    expect(state).toMatchObject({ at: 1, marks: ["entered", "again", "empty", "empty"], message: ["draw_again", { place: 2 }] });
    expect(effects).toContainEqual({ do: "sound", sound: "again" });
  });

  it("offers keys after two refusals, and not before", () => {
    const [once, first] = after("boxes", { kind: "unclear" });
    expect(phrases(first)).not.toContain("keys_offer");
    expect(phrases(step(once, { kind: "unclear" })[1])).toContain("keys_offer");
    const [kept] = after("boxes", { kind: "unclear" }, { kind: "startOver" });
    expect(phrases(step(kept, { kind: "unclear" })[1])).toContain("keys_offer");
  });

  it.each([
    ["the ink under way", [DRAWN], { kind: "redo", isInk: true }, { at: 1, order: [0] }],
    ["the last digit", [DRAWN, DRAWN], { kind: "redo", isInk: false }, { at: 1, order: [0] }],
    ["the one that is named", [DRAWN, DRAWN, DRAWN], { kind: "redo", isInk: false, place: 0 }, { at: 0, order: [1, 2] }],
    ["one of a full PIN, which is full no more", full, { kind: "redo", isInk: false, place: 2 }, { at: 2, phase: "entering" }],
    ["nothing where nothing is", [], { kind: "redo", isInk: false }, { at: 0, message: ["nothing_to_redo"] }],
  ] as const)("takes back %s", (_, before, event, expected) => {
    expect(after("boxes", ...before, event)[0]).toMatchObject(expected);
  });

  it("speaks digits after two acts that say so, and never for the next person", () => {
    const speak: Event = { kind: "speakDigits" };
    const begun: readonly Event[] = [{ kind: "languageChosen" }, DRAWN];
    expect(after("eyes_free", speak)[0].speaksDigits).toBe("no");
    expect(after("eyes_free", ...begun, speak)[0].speaksDigits).toBe("asked");
    expect(after("eyes_free", ...begun, speak, speak)[0].speaksDigits).toBe("yes");
    expect(after("eyes_free", ...begun, speak, speak, speak)[0].speaksDigits).toBe("no");
    expect(after("eyes_free", ...begun, speak, speak, { kind: "headphonesGone" })[0].speaksDigits).toBe("no");
    expect(after("eyes_free", ...begun, speak, speak, { kind: "timeOut" }, { kind: "touched" })[0].speaksDigits).toBe("no");
  });

  it("hands over only what is full and confirmed, and keeps nothing", () => {
    expect(after("boxes", DRAWN, { kind: "confirm" })[0].phase).toBe("entering");
    const [handing, effects] = after("boxes", ...full, { kind: "confirm" });
    expect([handing.phase, effects]).toEqual(["handing", [{ do: "hand" }]]);
    const [done, last] = step(handing, { kind: "handed" });
    expect(done.phase).toBe("done");
    expect(last).toContainEqual({ do: "forget", places: "all" });
    expect(step(handing, { kind: "notHanded" })[0]).toMatchObject({ phase: "full", message: ["not_sent"] });
    expect(step(done, { kind: "refused" })[0]).toMatchObject({ phase: "entering", at: 0, message: ["not_accepted"] });
  });

  it("warns before time runs out, and a touch gives more", () => {
    const [warned, effects] = after("boxes", DRAWN, { kind: "idle" });
    expect(warned).toMatchObject({ isWarned: true, message: ["idle", { seconds: 20 }] });
    expect(effects).toContainEqual({ do: "sound", sound: "warning" });
    expect(step(warned, { kind: "goOn" })[0]).toMatchObject({ isWarned: false, order: [0] });
    const [over, cleared] = step(warned, { kind: "timeOut" });
    expect(over).toMatchObject({ phase: "ended", order: [], message: ["timed_out"] });
    expect(cleared).toContainEqual({ do: "forget", places: "all" });
    expect(cleared).toContainEqual({ do: "leave" });
  });

  it("lets a warning stand while time runs on, whatever becomes of what was drawn before it", () => {
    const events: readonly Event[] = [DRAWN, { kind: "enteredWide" }, { kind: "redo", isInk: false }, { kind: "faulty", fault: "model" }];
    for (const event of events) expect(after("boxes", DRAWN, { kind: "idle" }, event)[0].isWarned).toBe(true);
    expect(after("boxes", ...full.slice(0, 4), { kind: "idle" }, { kind: "faulty", fault: "model" })[0]).toMatchObject({ phase: "entering", isWarned: true });
  });

  it("says in practice what was read, and comes back with nothing entered", () => {
    const practice: readonly Event[] = [DRAWN, { kind: "practice" }];
    expect(after("boxes", ...practice)[0]).toMatchObject({ phase: "practice", order: [] });
    const outcomes = [
      [{ kind: "right", digit: 3 }, "practice_draw", 1],
      [{ kind: "other", digit: 3, other: 8 }, "practice_other", 0],
      [{ kind: "unsure", digit: 3, other: 8, hints: [["hint_small"]] }, "practice_unsure", 0],
      [{ kind: "none", hints: [["hint_dot"]] }, "practice_no_digit", 0],
    ] as const;
    for (const [outcome, phrase, exercise] of outcomes) {
      const [state] = after("boxes", ...practice, { kind: "practiced", outcome });
      expect([state.message?.[0], state.exercise]).toEqual([phrase, exercise]);
    }
    expect(after("boxes", ...practice, { kind: "practiceEnd" })[0]).toMatchObject({ phase: "entering", at: 0, order: [] });
  });

  it("keeps drawings while the network is gone, and gives keys where nothing can read them", () => {
    const [waiting] = after("boxes", ...full.slice(0, 4), { kind: "faulty", fault: "network" });
    expect(waiting).toMatchObject({ phase: "reading", order: [0, 1, 2, 3], message: ["no_network"] });
    expect(step(waiting, { kind: "mended" })[0]).toMatchObject({ fault: null, phase: "reading" });
    expect(after("boxes", ...full.slice(0, 4), { kind: "faulty", fault: "model" })[0]).toMatchObject({ phase: "entering", hasKeypad: true, at: 0 });
  });

  it("tells those who do not look, and nobody else, that drawings go to the server, before any goes there", () => {
    const sent: Event = { kind: "sent", isSent: true };
    expect(phrases(after("eyes_free", sent, { kind: "languageChosen" })[1]).slice(1, 4)).toEqual(["headphones", "masked", "server_reads"]);
    expect(phrases(after("eyes_free", { kind: "languageChosen" }, sent)[1])).toEqual(["server_reads"]);
    expect(phrases(after("eyes_free", { kind: "languageChosen" }, sent, sent)[1])).toEqual([]);
    expect(phrases(after("boxes", sent)[1])).toEqual([]);
    expect(phrases(after("eyes_free", sent, { kind: "languageChosen" }, { kind: "cancel" }, { kind: "touched" }, { kind: "languageChosen" })[1])).toContain("server_reads");
  });

  it("says to whoever waits that it is on its way, and to nobody else", () => {
    expect(after("boxes", ...full.slice(0, 4), { kind: "slow" })[0].message).toEqual(["loading"]);
    expect(after("boxes", DRAWN, { kind: "slow" })[0].message?.[0]).toBe("accepted");
  });

  it("is bewildered by nothing: any event in any order leaves a state that holds together", () => {
    const events: readonly Event[] = [
      DRAWN, { kind: "entered", how: "typed" }, { kind: "enteredWide" }, { kind: "unclear" }, { kind: "read", rewrite: [] }, { kind: "read", rewrite: [2] },
      { kind: "read", rewrite: [0, 1, 2, 3] }, { kind: "redo", isInk: false }, { kind: "redo", isInk: true, place: 3 }, { kind: "startOver" }, { kind: "confirm" },
      { kind: "handed" }, { kind: "notHanded" }, { kind: "refused" }, { kind: "practice" }, { kind: "practiceEnd" }, { kind: "touched" }, { kind: "languageChosen" },
      { kind: "idle" }, { kind: "goOn" }, { kind: "timeOut" }, { kind: "cancel" }, { kind: "keypad" }, { kind: "speakDigits" }, { kind: "repeat" }, { kind: "help" },
      { kind: "faulty", fault: "network" }, { kind: "faulty", fault: "model" }, { kind: "mended" }, { kind: "slow" }, { kind: "sent", isSent: true }, { kind: "holding" }, { kind: "open", way: "eyes_free" },
    ];
    let [state, seed] = [begin(4), 7];
    for (let count = 0; count < 5_000; count += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      [state] = step(state, events[seed % events.length] as Event);
      const { phase, marks, at, order } = state;
      const entered = marks.flatMap((mark, place) => (mark === "entered" ? [place] : []));
      const isFilled = !["full", "handing", "reading"].includes(phase) || entered.length === 4;
      const isOpen = phase !== "entering" || (at !== null && marks[at] !== "entered");
      if (!isFilled || !isOpen || order.toSorted().join() !== entered.join()) throw new Error(`Expected a state that holds together. Received ${JSON.stringify(state)}.`);
    }
  });
});

describe("a lesson", () => {
  const reading = { digit: 3, verdict: "digit", alternatives: [], hints: [] } as const;
  it.each([
    [reading, { kind: "right", digit: 3 }],
    [{ ...reading, digit: 8 }, { kind: "other", digit: 3, other: 8 }],
    [{ ...reading, verdict: "unsure", alternatives: [{ digit: 5, probability: 0.3 }] }, { kind: "unsure", digit: 3, other: 5, hints: [] }],
    [{ ...reading, verdict: "unsure" }, { kind: "none", hints: [] }],
    [{ ...reading, digit: null, verdict: "not_a_digit", hints: ["small", "unheard_of"] }, { kind: "none", hints: [["hint_small"]] }],
  ] as const)("makes of %j %j", (found, outcome) => {
    expect(outcomeOf(found as never, 3)).toEqual(outcome);
  });
});
