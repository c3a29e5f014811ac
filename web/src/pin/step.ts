/** From one state to the next: what each event means, and what follows from it. */

import type { Utterance } from "../language/phrase";
import { entered, faulty, filled, judged, redone } from "./entering";
import { practiced, practising } from "./practising";
import { anew, type Effect, emptied, type Event, isOpen, say, type State, type Step, WARNING_S, type Way, whereabouts } from "./state";

export function step(state: State, event: Event): Step {
  switch (event.kind) {
    case "open":
      return open(state, event.way);
    case "touched":
      return touched(state);
    case "languageChosen":
      return state.phase === "language" ? welcome(state) : [state, []];
    case "entered":
      return state.phase === "entering" ? entered(state, event.how) : [state, []];
    case "enteredWide":
      return state.phase === "entering" ? filled(state) : [state, []];
    case "unclear":
      return state.phase === "entering" ? judged(state, state.at === null ? [] : [state.at], "draw_again") : [state, []];
    case "read":
      return state.phase === "reading" ? judged(state, event.rewrite, "redraw") : [state, []];
    case "faulty":
      return faulty(state, event.fault);
    case "mended":
      return mended(state);
    case "slow":
      return state.phase === "reading" || state.phase === "practice" ? say(state, ["loading"]) : [state, []];
    case "sent":
      return sent(state, event.isSent);
    case "redo":
      return isOpen(state) ? redone(state, event.isInk, event.place) : [state, []];
    case "startOver":
      return startedOver(state);
    case "repeat":
      return say(state, ...whereabouts(state));
    case "help":
      return state.phase === "start" ? [state, []] : say(state, ["help"], ["keys_or_drawing"]);
    case "confirm":
      return confirmed(state);
    case "practice":
    case "practiceEnd":
      return practising(state, event.kind);
    case "practiced":
      return practiced(state, event.outcome);
    case "speakDigits":
    case "headphonesGone":
      return spoken(state, event.kind);
    case "keypad":
      return keypad(state);
    case "give":
      return giving(state);
    default:
      return ending(state, event.kind);
  }
}

/** That a busy server is no longer busy is told by what it answers. */
function mended(state: State): Step {
  if (state.fault === "network") return say({ ...state, fault: null }, ["network_back"]);
  return [{ ...state, fault: state.fault === "busy" ? null : state.fault }, []];
}

function open(state: State, way: Way): Step {
  const fresh: State = { ...anew(state), way };
  const forget: Effect = { do: "forget", places: "all" };
  if (way === "eyes_free") return [{ ...fresh, phase: "language", message: ["touch_to_begin"] }, [forget, { do: "tell", said: [["touch_to_begin"]] }]];
  const [next, effects] = say({ ...emptied(fresh), hasKeypad: way === "keypad" }, ["masked"], ["begin", { count: state.marks.length }]);
  return [next, [forget, ...effects]];
}

/** The first touch of someone who may not see: both languages are offered; after the end, all begins anew. */
function touched(state: State): Step {
  if (state.phase === "language") return [{ ...state, message: ["choose_language"] }, [{ do: "offer", said: [["choose_language"], ["use_screen_reader"]] }]];
  return state.phase === "done" || state.phase === "ended" ? open(state, state.way) : [state, []];
}

/** Headphones first, then what will be told, then how it goes. */
function welcome(state: State): Step {
  const begun: Utterance = ["begin", { count: state.marks.length }];
  const whereto: Utterance[] = state.isSent ? [["server_reads"]] : [];
  const give: Utterance[] = state.gives === "never" ? [] : [["give_offer"]];
  const said: Utterance[] = [["language_chosen"], ["headphones"], ["masked"], ...whereto, begun, ["how_to_draw"], ["keys_or_drawing"], ["practice_offer"], ["private_offer"], ...give];
  return [{ ...emptied(state), message: begun }, [{ do: "tell", said }]];
}

/** Where drawings go to is told before any goes there; whoever sees the page has it at its foot. */
function sent(state: State, isSent: boolean): Step {
  const isNews = isSent && !state.isSent && state.way === "eyes_free" && (isOpen(state) || state.phase === "practice");
  return [{ ...state, isSent }, isNews ? [{ do: "add", said: [["server_reads"]] }] : []];
}

function startedOver(state: State): Step {
  if (state.phase === "practice") return practising(state, "practiceEnd");
  if (!isOpen(state)) return [state, []];
  const [next, effects] = say(emptied(state), ["start_over"]);
  return [next, [{ do: "forget", places: "all" }, { do: "sound", sound: "redone" }, ...effects]];
}

function confirmed(state: State): Step {
  if (state.phase === "full") return [{ ...state, phase: "handing" }, [{ do: "hand" }]];
  return isOpen(state) ? say(state, ...whereabouts(state)) : [state, []];
}

/** Digits are spoken after two acts that say so, and no longer after one that says otherwise. */
function spoken(state: State, kind: "speakDigits" | "headphonesGone"): Step {
  if (kind === "headphonesGone") return state.speaksDigits === "yes" ? say({ ...state, speaksDigits: "no" }, ["headphones_gone"]) : [state, []];
  if (state.phase === "start" || state.phase === "language") return [state, []];
  if (state.speaksDigits === "no") return say({ ...state, speaksDigits: "asked" }, ["private_confirm"]);
  if (state.speaksDigits === "asked") return say({ ...state, speaksDigits: "yes" }, ["private_on"]);
  return say({ ...state, speaksDigits: "no" }, ["private_off"]);
}

/** Asked apart from all else, and for this PIN alone. */
function giving(state: State): Step {
  if (state.gives === "never" || state.phase === "start" || state.phase === "language") return [state, []];
  return state.gives === "no" ? say({ ...state, gives: "yes" }, ["give_on"]) : say({ ...state, gives: "no" }, ["give_off"]);
}

function keypad(state: State): Step {
  if (!isOpen(state)) return [state, []];
  const hasKeypad = !state.hasKeypad;
  if (state.at === null) return [{ ...state, hasKeypad }, []];
  return say({ ...state, hasKeypad }, [hasKeypad ? "keys_on" : "keys_off", { place: state.at + 1 }]);
}

/** What time and the other side do. */
function ending(state: State, kind: "holding" | "idle" | "goOn" | "timeOut" | "handed" | "notHanded" | "refused" | "cancel"): Step {
  const forget: Effect = { do: "forget", places: "all" };
  const closed = anew(state);
  switch (kind) {
    case "holding":
      return isOpen(state) ? [state, [{ do: "sound", sound: "warning" }, { do: "tell", said: [["start_over_hold"]] }]] : [state, []];
    case "idle":
      return warned(state);
    case "goOn":
      return state.isWarned ? say({ ...state, isWarned: false }, ["going_on"], ...whereabouts(state)) : [state, []];
    case "timeOut":
    case "cancel":
      if (!isOpen(state) && state.phase !== "practice" && state.phase !== "handing") return [state, []];
      return over({ ...closed, phase: "ended" }, [kind === "cancel" ? "cancelled" : "timed_out"], [forget, { do: "leave" }]);
    case "handed":
      return state.phase === "handing" ? over({ ...closed, phase: "done" }, ["done"], [forget, { do: "sound", sound: "done" }]) : [state, []];
    case "notHanded":
      return state.phase === "handing" ? say({ ...state, phase: "full" }, ["not_sent"]) : [state, []];
    case "refused":
      return state.phase === "done" ? over(emptied(closed), ["not_accepted"], [forget, { do: "sound", sound: "again" }]) : [state, []];
  }
}

function warned(state: State): Step {
  if (!isOpen(state) && state.phase !== "practice") return [state, []];
  const [next, effects] = say({ ...state, isWarned: true }, ["idle", { seconds: WARNING_S }]);
  return [next, [{ do: "sound", sound: "warning" }, ...effects]];
}

function over(state: State, said: Utterance, effects: readonly Effect[]): Step {
  const [next, told] = say(state, said);
  return [next, [...effects, ...told]];
}
