/** What the PIN page is made of, and how it hangs together: a session with its reader, its voice and its pens. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { serverAt } from "../client";
import { Device } from "../device/device";
import { prepareForOffline } from "../device/offline";
import type { Language } from "../language/language";
import { Earcons } from "../speech/earcons";
import { liveIn, Speech } from "../speech/say";
import { recallSpeech } from "../speech/settings";
import { Sound, unlockOnGesture } from "../speech/sound";
import type { Config } from "./config";
import { pinGiverAt } from "./giver";
import { hostOf } from "./host";
import { recallPause } from "./patience";
import { Pens } from "./pens";
import { DeviceFirst, pinServerAt, type Whereabouts } from "./reader";
import { Session } from "./session";
import { begin, type State } from "./state";

export interface Pin {
  readonly state: State;
  readonly session: Session;
  readonly speech: Speech;
  readonly earcons: Earcons;
  readonly pens: Pens;
  readonly whereabouts: Whereabouts;
  /** Whether somebody waits for the PIN. */
  readonly hasHost: boolean;
}

/** `live` is where screen readers listen. */
export function usePin(config: Config, base: string, language: Language, live: { current: HTMLElement | null }): Pin {
  const [state, show] = useState(() => begin(config.rule.length, config.samples !== null));
  const [whereabouts, tell] = useState<Whereabouts>("loading");
  const made = useMemo(() => {
    const sound = new Sound();
    const device = new Device(base);
    const reader = new DeviceFirst(device, pinServerAt(base, serverAt(base), config.rule), config.rule, (where) => {
      tell(where);
      session.send({ kind: "sent", isSent: where === "server" });
    });
    const speech = new Speech({ sound, base, live: (text, tongue) => live.current && liveIn(live.current)(text, tongue), language, settings: recallSpeech() });
    const earcons = new Earcons(sound);
    earcons.volume = recallSpeech().volume;
    const host = hostOf(window, config.origin);
    const pens = new Pens();
    pens.pause = recallPause();
    const session: Session = new Session({ length: config.rule.length, reader, speech, earcons, host, show, giver: pinGiverAt(base, config.samples) });
    return { sound, device, reader, speech, earcons, host, pens, session };
  }, [config, base]);
  useEffect(() => {
    void made.reader.load();
    void prepareForOffline(made.device);
    return () => made.device.close();
  }, [made]);
  useEffect(() => unlockOnGesture(made.sound), [made]);
  useEffect(() => made.host.onRefused(() => made.session.send({ kind: "refused" })), [made]);
  useEffect(() => made.pens.palm.watch(document), [made]);
  useEffect(() => onLeave(() => {
    made.pens.drop();
    made.session.send({ kind: "cancel" });
  }), [made]);
  useEffect(() => onHeadphones(() => made.session.send({ kind: "headphonesGone" })), [made]);
  useLayoutEffect(() => {
    made.speech.language = language;
  }, [made, language]);
  usePlace(made.pens, state);
  return { ...made, state, whereabouts, hasHost: made.host.isThere };
}

/** What waits in a box begins to be read once it is that box's turn. */
function usePlace(pens: Pens, { at, phase }: State): void {
  const before = useRef(at);
  useEffect(() => {
    if (at !== null && at !== before.current) pens.resume(at);
    before.current = at;
  }, [pens, at, phase]);
}

/** Whoever goes back to this page later, perhaps somebody else, must not find it as it was left. */
function onLeave(listener: () => void): () => void {
  addEventListener("pagehide", listener);
  return () => removeEventListener("pagehide", listener);
}

/** A plug was pulled, or another device put in: who hears now nobody knows. */
function onHeadphones(listener: () => void): () => void {
  const devices = navigator.mediaDevices as MediaDevices | undefined; // none over plain http
  devices?.addEventListener("devicechange", listener);
  return () => devices?.removeEventListener("devicechange", listener);
}
