/** The switch between this device and the server, and what is to be said of it. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Server } from "../client";
import type { Language } from "../language/language";
import { Device } from "./device";
import { type Place, ReadingPlace } from "./place";
import { prepareForOffline } from "./offline";
import { deviceWordsOf } from "../language/device";

const NOTE = "device-note";

/** Reading at `server` or on this device, which finds its model at `base`; where it happens now; and the device itself. */
export function useReadingPlace(server: Server, base: string): readonly [ReadingPlace, Place, Device] {
  const [told, tell] = useState<Place | null>(null);
  const [place, device] = useMemo(() => {
    const worker = new Device(base);
    return [new ReadingPlace(server, worker, tell), worker] as const;
  }, [server, base]);
  useEffect(() => void prepareForOffline(device), [device]);
  return [place, told ?? place.place, device];
}

export function DeviceSwitch({ place, at, language }: { place: ReadingPlace; at: Place; language: Language }) {
  const words = deviceWordsOf(language);
  const { isChosen, state } = at;
  return (
    <button
      type="button"
      class="device"
      role="switch"
      aria-checked={isChosen}
      aria-busy={state === "loading"}
      aria-describedby={NOTE}
      data-state={state}
      title={words.chooseNote}
      onClick={() => place.choose(!isChosen)}
    >
      {words.choose}
    </button>
  );
}

/** Whether this device reads now. */
export function isHere({ state }: Place): boolean {
  return state === "ready" || state === "standing_in";
}

/** Where what is drawn goes to: `toServer`, unless it stays here; and what does not go as it was chosen. */
export function DeviceNote({ at, language, toServer }: { at: Place; language: Language; toServer: string }) {
  const words = deviceWordsOf(language);
  const note = words.notes[at.state];
  return (
    <footer id={NOTE} data-state={at.state}>
      {note && <><strong>{note[0]}</strong> {note[1]} </>}
      {isHere(at) ? words.privacy : toServer}
    </footer>
  );
}
