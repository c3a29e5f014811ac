/** Ten probabilities, as bars and as a table of the same numbers for those who do not see the bars. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Bars } from "./chart";
import type { Reading } from "./client";
import { percent, type Words } from "./words";

interface Props {
  reading: Reading | null;
  isFinal: boolean;
  words: Words;
}

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

export function Probabilities({ reading, isFinal, words }: Props) {
  const shares = DIGITS.map((digit) => reading?.probabilities[String(digit)] ?? 0);
  const winner = reading?.digit ?? null;
  const canvas = useBars(shares, winner, isFinal, words);
  return (
    <figure class="probabilities">
      <figcaption>{words.probabilities}</figcaption>
      <div class="bars">
        <canvas ref={canvas} role="img" aria-label={chartLabel(shares, words)} />
      </div>
      <details>
        <summary>{words.table}</summary>
        <Table shares={shares} isKnown={reading !== null} winner={winner} words={words} />
      </details>
    </figure>
  );
}

interface TableProps {
  shares: readonly number[];
  isKnown: boolean;
  winner: number | null;
  words: Words;
}

function Table({ shares, isKnown, winner, words }: TableProps) {
  return (
    <table>
      <caption class="unseen">{words.probabilities}</caption>
      <thead>
        <tr>
          <th scope="col">{words.digit}</th>
          <th scope="col">{words.probability}</th>
        </tr>
      </thead>
      <tbody>
        {shares.map((share, digit) => (
          <tr key={digit} data-winner={digit === winner}>
            <th scope="row">{digit}</th>
            <td>
              {isKnown ? percent(share, words.locale) : words.unknown}
              {digit === winner && <small> {words.likeliest}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function chartLabel(shares: readonly number[], words: Words): string {
  const most = Math.max(...shares);
  return most > 0 ? words.chart(shares.indexOf(most), percent(most, words.locale)) : words.chartEmpty;
}

/** Bars on the canvas of the returned ref; Chart.js is fetched once the pad is there, for it is the larger part of the page. */
function useBars(shares: readonly number[], winner: number | null, isFinal: boolean, words: Words) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [bars, setBars] = useState<Bars | null>(null);
  useEffect(() => {
    let made: Bars | undefined;
    const make = async (): Promise<void> => {
      const chart = await import("./chart");
      if (canvas.current) setBars((made = new chart.Bars(canvas.current, (share) => percent(share, words.locale, 0))));
    };
    void make();
    return () => made?.close();
  }, [words]);
  useLayoutEffect(() => bars?.show(shares, winner, isFinal), [bars, shares.join(), winner, isFinal]);
  return canvas;
}
