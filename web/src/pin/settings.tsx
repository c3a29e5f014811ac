/** What can be set: how long to wait after a digit, and how sutja speaks. Remembered on this device, where it may be. */

import { useState } from "preact/hooks";
import type { PinWords } from "../language/pin";
import { RATE, type SpeechSettings, VOLUME } from "../speech/settings";
import { PAUSE_MS } from "./patience";

interface Props {
  readonly words: PinWords;
  readonly pause: number;
  readonly setPause: (pause: number) => boolean;
  readonly speech: SpeechSettings;
  readonly setSpeech: (settings: SpeechSettings) => boolean;
}

export function Settings({ words, pause, setPause, speech, setSpeech }: Props) {
  const [isKept, setKept] = useState(true);
  const format = (value: number): string => new Intl.NumberFormat(words.language, { minimumFractionDigits: 1 }).format(value);
  const percent = (value: number): string => new Intl.NumberFormat(words.language, { style: "percent" }).format(value);
  const hasEars = speech.listener === "ears";
  return (
    <details class="settings">
      <summary>{words.settings}</summary>
      <Slider label={words.pause} range={PAUSE_MS} value={pause} text={words.pauseOf(format(pause / 1_000))} set={(value) => setKept(setPause(value))} />
      <p class="note">{words.pauseNote}</p>
      <button type="button" onClick={() => setKept(setSpeech({ ...speech, listener: hasEars ? "reader" : "ears" }))}>
        {hasEars ? words.screenReader : words.noScreenReader}
      </button>
      {hasEars && (
        <>
          <Slider label={words.volume} range={VOLUME} value={speech.volume} text={percent(speech.volume)} set={(volume) => setKept(setSpeech({ ...speech, volume }))} />
          <Slider label={words.rate} range={RATE} value={speech.rate} text={percent(speech.rate)} set={(rate) => setKept(setSpeech({ ...speech, rate }))} />
        </>
      )}
      {!isKept && <p class="note">{words.notKept}</p>}
    </details>
  );
}

interface SliderProps {
  readonly label: string;
  readonly range: { readonly least: number; readonly most: number; readonly step: number };
  readonly value: number;
  readonly text: string;
  readonly set: (value: number) => void;
}

function Slider({ label, range, value, text, set }: SliderProps) {
  return (
    <label class="slider">
      <span>
        {label} <b>{text}</b>
      </span>
      <input type="range" min={range.least} max={range.most} step={range.step} value={value} aria-valuetext={text} onInput={(event) => set(Number(event.currentTarget.value))} />
    </label>
  );
}
