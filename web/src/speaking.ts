/** Reading aloud on the drawing page: a switch, off at first, and what is said once a reading has settled. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { utterancesOf } from "./aloud";
import type { View } from "./desk";
import type { Language } from "./language/language";
import { recall, remember } from "./memory";
import { Speech } from "./speech/say";
import { recallSpeech } from "./speech/settings";
import { Sound, unlockOnGesture } from "./speech/sound";

/** After the last stroke: an answer that stands this long is said. */
const SETTLED_MS = 800;

export interface Speaking {
  readonly isOn: boolean;
  readonly toggle: () => void;
  /** What stands in the live region. */
  readonly said: string;
}

interface Moment {
  readonly view: View;
  /** The same for a screen reader. */
  readonly text: string;
  /** Counts what someone did: after each it is said again. */
  readonly acts: number;
}

/** Say a view once it has settled, and nothing while someone draws: aloud where that is on, otherwise to screen readers. */
export function useSpeaking({ view, text, acts }: Moment, language: Language): Speaking {
  const [said, live] = useState("");
  const [isOn, turn] = useState(() => recall("speak") === "on");
  const speech = useSpeech(language, isOn, live);
  useEffect(() => speech.stop(), [speech, text, view.isDrawing, acts]);
  useEffect(() => {
    if (view.isDrawing || view.isPartial) return undefined;
    const timer = setTimeout(() => (isOn ? void speech.add(utterancesOf(view)) : live(text)), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [speech, text, view.isDrawing, view.isPartial, acts, isOn]);
  const toggle = useCallback(() => {
    speech.sound.unlock(); // here and now, in the gesture
    remember("speak", isOn ? "off" : "on");
    turn(!isOn);
    if (isOn) speech.stop();
    else void speech.say("speak_on");
  }, [speech, isOn]);
  return { isOn, toggle, said };
}

/** The page's speech. Clips are fetched only where it is on. */
function useSpeech(language: Language, isOn: boolean, live: (text: string) => void): Speech {
  const speech = useMemo(() => {
    const settings = { ...recallSpeech(), listener: "ears" } as const; // whoever turns it on wants to hear it here
    return new Speech({ sound: new Sound(), base: document.baseURI, live, language, settings });
  }, [live]);
  useLayoutEffect(() => {
    speech.language = language;
  }, [speech, language]);
  useEffect(() => {
    if (!isOn) return undefined;
    void speech.load(language);
    return unlockOnGesture(speech.sound);
  }, [speech, isOn, language]);
  return speech;
}
