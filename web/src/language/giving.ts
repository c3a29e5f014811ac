/**
 * What the page says of giving a drawing to learn from, in each language. Whoever changes what `consent` promises raises
 * CONSENT_VERSION, here in giving/consent.ts and in the server's gifts.py.
 */

import type { Fault } from "../giving/server";
import type { Language } from "./language";

const en = {
  title: "Was that right?",
  right: "Right",
  /** For whoever does not see what was read. */
  rightOf: (read: number | null): string => (read === null ? "Right, it is no digit" : `Right, it is ${withArticle(read)}`),
  wrong: "No, it was",
  wrongOf: (label: number | null): string => (label === null ? "No, it was no digit" : `No, it was ${withArticle(label)}`),
  noDigit: "no digit",
  /** Before anything was given. */
  note: "One tap gives this drawing, so that it is read better.",
  noteOnDevice: "One tap gives this drawing. For that it is sent to the server, although this device reads.",
  sending: "Giving…",
  given: (label: number | null): string => `Thank you. Given as ${label === null ? "no digit" : withArticle(label)}.`,
  undo: "Take it back",
  deleting: "Deleting…",
  undone: "It is deleted. Nothing is kept.",
  kept: "It could not be deleted just now. Try again, or later in the history.",
  faults: {
    away: "The server is out of reach: nothing was given. Your drawing is safe; tap once more later.",
    none: "This server keeps no drawings: nothing was given.",
    quota: "The server takes no more for now: nothing was given. Thank you all the same.",
    outdated: "The terms have changed: nothing was given. Load the page again to see them.",
    refused: "The server did not take this drawing: nothing was given.",
  } satisfies Record<Fault, string> as Readonly<Record<Fault, string>>,
  consent: {
    title: "May this drawing be kept?",
    what: "What you give is sent to this server and kept there: the path of the pen with its times, the small picture made of it, what was read, what you say it is, and a random number in a cookie that tells your gifts from those of others. No name and no address.",
    why: "It is used to teach the reader, and to check that it gets better. Whoever runs this server can see it.",
    howLong: (days: number): string => `It is deleted after ${days} ${days === 1 ? "day" : "days"}. What was learnt from it stays.`,
    delete: "You can delete it before: at once by “Take it back”, later in the history of this browser.",
    secret: "Draw nothing here that is secret, such as a PIN.",
    once: "You are asked once. From then on one tap gives a drawing; nothing is given without a tap.",
    onDevice: "You chose to read on this device. What you give is sent to the server all the same.",
    agree: "I agree, give it",
    decline: "No, give nothing",
  },
  receipts: {
    title: (count: number): string => `Given (${count})`,
    note: "Drawings that you gave from this browser. Deleted here, they are deleted at the server.",
    remove: (label: number | null, time: string): string => `Delete the given ${label === null ? "drawing of no digit" : label}, ${time}`,
    takeBack: "Delete all, and ask me again",
    failed: "The server is out of reach: not all could be deleted. Try again later.",
    deleted: "Deleted at the server.",
  },
};

export type GivingWords = typeof en;

const ko: GivingWords = {
  title: "맞게 읽었나요?",
  right: "맞아요",
  rightOf: (read: number | null): string => (read === null ? "맞아요, 숫자가 아닙니다" : `맞아요, ${read}입니다`),
  wrong: "아니요, 이것입니다",
  wrongOf: (label: number | null): string => (label === null ? "아니요, 숫자 아님" : `아니요, ${label}`),
  noDigit: "숫자 아님",
  note: "한 번 누르면 이 그림을 보내 주시게 되며, 더 잘 읽는 데 씁니다.",
  noteOnDevice: "한 번 누르면 이 그림을 보내 주시게 됩니다. 이 기기에서 읽고 있어도 이것은 서버로 보냅니다.",
  sending: "보내는 중…",
  given: (label: number | null): string => `고맙습니다. ${label === null ? "‘숫자 아님’으로" : `${label}${[0, 3, 6].includes(label) ? "으로" : "로"}`} 받았습니다.`,
  undo: "보내기 취소",
  deleting: "삭제하는 중…",
  undone: "삭제했습니다. 남은 것이 없습니다.",
  kept: "지금은 삭제하지 못했습니다. 다시 하시거나, 나중에 기록에서 삭제해 주세요.",
  faults: {
    away: "서버에 연결할 수 없어 보내지 못했습니다. 쓰신 것은 그대로 있으니 나중에 다시 눌러 주세요.",
    none: "이 서버는 그림을 모으지 않습니다. 보낸 것이 없습니다.",
    quota: "서버가 지금은 더 받지 않아 보내지 못했습니다. 마음만으로도 고맙습니다.",
    outdated: "약속한 내용이 바뀌어 보내지 않았습니다. 페이지를 새로 고쳐 확인해 주세요.",
    refused: "서버가 이 그림을 받지 않았습니다. 보낸 것이 없습니다.",
  },
  consent: {
    title: "이 그림을 보관해도 될까요?",
    what: "보내 주시는 것은 이 서버에 보관합니다. 펜이 지나간 길과 시각, 그것으로 만든 작은 그림, 읽은 결과, 무엇인지 알려 주신 답, 그리고 보내 주신 것끼리 묶는 쿠키 속의 무작위 번호입니다. 이름이나 주소는 없습니다.",
    why: "더 잘 읽도록 가르치고, 정말 나아졌는지 확인하는 데 씁니다. 이 서버의 운영자가 볼 수 있습니다.",
    howLong: (days: number): string => `${days}일이 지나면 삭제합니다. 배운 것은 남습니다.`,
    delete: "그 전에도 삭제하실 수 있습니다. 바로 ‘보내기 취소’를 누르시거나, 나중에 이 브라우저의 기록에서 삭제해 주세요.",
    secret: "비밀번호처럼 비밀인 것은 여기에 쓰지 마세요.",
    once: "한 번만 여쭙니다. 그 뒤로는 누르실 때 바로 보내며, 누르지 않으시면 아무것도 보내지 않습니다.",
    onDevice: "이 기기에서 읽기를 고르셨지만, 보내 주시는 것은 서버로 갑니다.",
    agree: "동의하고 보내기",
    decline: "보내지 않기",
  },
  receipts: {
    title: (count: number): string => `보내 주신 것 (${count})`,
    note: "이 브라우저에서 보내 주신 그림입니다. 여기서 삭제하면 서버에서도 삭제합니다.",
    remove: (label: number | null, time: string): string => `보내 주신 ${label === null ? "‘숫자 아님’" : label} 삭제, ${time}`,
    takeBack: "모두 삭제하고 다시 묻기",
    failed: "서버에 연결할 수 없어 모두 삭제하지는 못했습니다. 나중에 다시 해 주세요.",
    deleted: "서버에서 삭제했습니다.",
  },
};

const TABLES: Readonly<Record<Language, GivingWords>> = { ko, en };

export function givingWordsOf(language: Language): GivingWords {
  return TABLES[language];
}

function withArticle(digit: number): string {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}
