/** What the page says of reading on this device, in each language. */

import type { Language } from "./language";
import type { State } from "../device/place";

const en = {
  choose: "On this device",
  chooseNote: "Read on this device: what you draw is not sent anywhere. Fetches the reader once, about 4 MB.",
  /** In place of the note on privacy, where it would not hold. */
  privacy: "Strokes are read on this device, and are not sent.",
  notes: {
    server: null,
    loading: null,
    ready: null,
    standing_in: ["The server is out of reach.", "This device reads in its place."],
    policy: ["This device may not read.", "The browser or a policy forbids WebAssembly. The server reads."],
    unreachable: ["The reader could not be fetched.", "The server reads, as long as it is there. Your drawing is safe."],
    damaged: ["The reader did not arrive whole.", "It is not used. The server reads."],
    outdated: ["This page is older than the reader.", "Load the page again. Until then the server reads."],
    failed: ["This device could not read.", "The server reads."],
  } as Readonly<Record<State, readonly [string, string] | null>>,
};

export type DeviceWords = typeof en;

const ko: DeviceWords = {
  choose: "이 기기에서",
  chooseNote: "이 기기에서 읽기: 그린 것을 어디에도 보내지 않습니다. 판독기를 한 번만 내려받습니다(약 4 MB).",
  privacy: "획은 이 기기에서 읽으며, 보내지 않습니다.",
  notes: {
    server: null,
    loading: null,
    ready: null,
    standing_in: ["서버에 연결할 수 없습니다.", "대신 이 기기가 읽습니다."],
    policy: ["이 기기에서는 읽을 수 없습니다.", "브라우저나 정책이 WebAssembly를 막고 있습니다. 서버가 읽습니다."],
    unreachable: ["판독기를 내려받지 못했습니다.", "서버가 있는 동안은 서버가 읽습니다. 그린 것은 그대로 있습니다."],
    damaged: ["판독기가 온전히 도착하지 않았습니다.", "쓰지 않습니다. 서버가 읽습니다."],
    outdated: ["이 페이지가 판독기보다 오래되었습니다.", "페이지를 새로 고치세요. 그때까지 서버가 읽습니다."],
    failed: ["이 기기가 읽지 못했습니다.", "서버가 읽습니다."],
  },
};

const TABLES: Readonly<Record<Language, DeviceWords>> = { ko, en };

export function deviceWordsOf(language: Language): DeviceWords {
  return TABLES[language];
}
