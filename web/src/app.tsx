/** The page: a pad with its tools on one side, what was read on the other, and below it what was read before. */

import type { ComponentChildren } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { accountOf, spoken } from "./account";
import { Boxes } from "./boxes";
import type { Item, Server, WholeServer } from "./client";
import { useKeys } from "./commands";
import { Desk, START, type View } from "./desk";
import { DeviceNote, DeviceSwitch, isHere, useReadingPlace } from "./device/switch";
import { useExplanation } from "./explain/explain";
import { Given } from "./giving/given";
import { GivingPanel, useGiving } from "./giving/giving";
import { HistoryPanel, useHistory } from "./history/panel";
import type { Command } from "./keys";
import { tellDocument } from "./language/language";
import { type Words, wordsOf } from "./language/page";
import { LanguageSwitch, useLanguage } from "./language/switch";
import { Result } from "./result";
import seal from "./seal.svg";
import { SettingsFold, useSettings } from "./settings";
import { Shortcuts } from "./shortcuts";
import { type Speaking, useSpeaking } from "./speaking";
import { Keys, Tools } from "./tools";
import { Sheet, Sources, type Upload, useUpload } from "./upload/upload";

export function App({ server, base }: { server: WholeServer; base: string }) {
  const [language, choose] = useLanguage();
  const words = wordsOf(language);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [place, at, device] = useReadingPlace(server, base);
  const [drawn, desk] = useDesk(canvas, place);
  const upload = useUpload(server, drawn.isDrawing);
  const view = upload.shown?.view ?? drawn;
  const [settings, change] = useSettings();
  const [open, setOpen] = useState({ history: false, shortcuts: false });
  const [isExplaining, explain] = useState(false);
  const explained = useExplanation(isHere(at) ? device : server, view, isExplaining);
  const [kept, history] = useHistory(view, settings.keepsHistory);
  const giving = useGiving(view, base);
  const [acts, count] = useState(0);
  const account = accountOf(view, words);
  const speaking = useSpeaking({ view, text: view === START ? "" : spoken(account, view.isThere, words), acts }, language);
  useLayoutEffect(() => tellDocument(words), [words]);
  useLayoutEffect(() => {
    if (desk.current) desk.current.penWidth = settings.penWidth / 1_000;
  }, [desk, settings.penWidth]);
  const run = useRun({ desk, upload, count, setOpen, explain, toggleSpeech: speaking.toggle });
  useKeys(run, settings.hasShortcuts);
  return (
    <>
      <Header words={words} speaking={speaking}>
        <DeviceSwitch place={place} at={at} language={language} />
        <LanguageSwitch label={words.languages} language={language} choose={choose} />
      </Header>
      {!view.isThere && <Banner words={words} note={upload.shown ? words.upload.gone : words.goneNote} />}
      <main>
        <section class="desk" aria-label={words.pad}>
          <Paper canvas={canvas} view={view} hasBoxes={account.places.length > 0} upload={upload} penWidth={settings.penWidth / 1_000} words={words} />
          <Tools words={words} isEmpty={view.strokes === 0} isPicture={upload.shown !== null} hasShortcuts={settings.hasShortcuts} act={run} />
        </section>
        <Result view={view} account={account} explained={explained} isExplaining={isExplaining} explain={() => run("explain")} words={words} giving={<GivingPanel giving={giving} isOnDevice={isHere(at)} language={language} />} />
        <div class="extras">
          <Sources upload={upload} words={words} />
          {settings.hasShortcuts && <Keys words={words} />}
          <SettingsFold settings={settings} change={change} listShortcuts={() => run("shortcuts")} words={words} />
          <HistoryPanel kept={kept} history={history} isOpen={open.history} setOpen={(isOpen) => setOpen((before) => ({ ...before, history: isOpen }))} words={words} given={<Given giver={giving.giver} receipts={giving.receipts} language={language} />} />
        </div>
      </main>
      <DeviceNote at={at} language={language} toServer={words.privacy} />
      {open.shortcuts && <Shortcuts isOn={settings.hasShortcuts} close={() => setOpen((before) => ({ ...before, shortcuts: false }))} words={words} />}
      <p class="unseen" role="status">{speaking.said}</p>
    </>
  );
}

interface PaperProps {
  canvas: { current: HTMLCanvasElement | null };
  view: View;
  hasBoxes: boolean;
  upload: Upload;
  penWidth: number;
  words: Words;
}

/** The pad, or the picture that lies on it. */
function Paper({ canvas, view, hasBoxes, upload: { shown, isOffered }, penWidth, words }: PaperProps) {
  const picture = shown?.picture ?? null;
  return (
    <div class="paper" data-empty={view.strokes === 0} data-picture={picture !== null} data-offered={isOffered}>
      <p class="invitation" aria-hidden="true">{isOffered ? words.upload.drop : words.invitation}</p>
      <canvas ref={canvas} class="pad" tabIndex={-1} role="img" aria-label={words.padHolds(view.strokes)} />
      {picture ? <Sheet picture={picture} items={itemsOf(view)} words={words} /> : hasBoxes && !view.isDrawing && <Boxes items={itemsOf(view)} penWidth={penWidth} />}
    </div>
  );
}

/** The marks of the number that was read, where there is one. */
function itemsOf({ answer }: View): readonly Item[] {
  return (typeof answer === "object" && answer?.number?.items) || [];
}

function Header({ words, speaking, children }: { words: Words; speaking: Speaking; children: ComponentChildren }) {
  return (
    <header>
      <img class="seal" src={seal} alt="" width="36" height="36" />
      <h1>
        {words.name} <span lang="ko">{words.nameInKorean}</span>
      </h1>
      <p>{words.tagline}</p>
      <div class="choices">
        <button type="button" class="speak" role="switch" aria-checked={speaking.isOn} title={words.speakNote} onClick={speaking.toggle}>
          {words.speak}
        </button>
        {children}
      </div>
    </header>
  );
}

function Banner({ words, note }: { words: Words; note: string }) {
  return (
    <aside class="banner">
      <strong>{words.gone}</strong> {note}
    </aside>
  );
}

/** The desk on a canvas, and what it shows. */
function useDesk(canvas: { current: HTMLCanvasElement | null }, server: Server) {
  const [view, show] = useState(START);
  const desk = useRef<Desk | null>(null);
  useLayoutEffect(() => {
    if (!canvas.current) return undefined;
    const opened = new Desk(canvas.current, server, show);
    desk.current = opened;
    return () => opened.close();
  }, [canvas, server]);
  return [view, desk] as const;
}

interface Running {
  desk: { current: Desk | null };
  upload: Upload;
  /** Each counts one act more, after which the reading is said again. */
  count: (next: (before: number) => number) => void;
  setOpen: (next: (before: { history: boolean; shortcuts: boolean }) => { history: boolean; shortcuts: boolean }) => void;
  explain: (next: (isExplaining: boolean) => boolean) => void;
  toggleSpeech: () => void;
}

/** What runs a command, whether by button or by key. With a picture on the pad it is the picture that is meant. */
function useRun({ desk, upload: { shown, desk: pictures, choose }, count, setOpen, explain, toggleSpeech }: Running): (command: Command) => void {
  const isPicture = shown !== null;
  return useCallback(
    (command: Command) => {
      const act = (): void => {
        if (!isPicture) desk.current?.[command as "undo" | "clear" | "read"]();
        else if (command === "read") void pictures.again();
        else if (command === "clear") pictures.close();
        count((before) => before + 1);
      };
      const others: Partial<Record<Command, () => void>> = {
        picture: () => choose(false),
        explain: () => explain((isExplaining) => !isExplaining),
        speak: toggleSpeech,
        history: () => setOpen((before) => ({ ...before, history: !before.history })),
        shortcuts: () => setOpen((before) => ({ ...before, shortcuts: true })),
      };
      (others[command] ?? act)();
    },
    [isPicture, pictures, choose, toggleSpeech],
  );
}
