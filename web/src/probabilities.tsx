/** The probabilities of an answer, as bars and as a table of the same numbers for those who do not see the bars. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Bars } from "./chart";
import { type Column, columnsOf, shareOfNone } from "./columns";
import type { Finding } from "./number";
import type { Words } from "./language/page";
import { percent } from "./language/percent";

interface Props {
  finding: Finding | null;
  isFinal: boolean;
  words: Words;
}

export function Probabilities({ finding, isFinal, words }: Props) {
  const columns = columnsOf(finding);
  const canvas = useBars(columns, isFinal, words);
  const isNumber = Boolean(finding?.number);
  const remark = isNumber ? (isWinner: boolean) => !isWinner && words.unsure : (isWinner: boolean) => isWinner && words.likeliest;
  const caption = isNumber ? words.confidences : words.probabilities;
  const none = isNumber ? null : { share: finding ? shareOfNone(finding.reading) : 0, isWinner: finding?.reading.verdict === "not_a_digit" };
  return (
    <figure class="probabilities">
      <figcaption>{caption}</figcaption>
      <div class="bars">
        <canvas ref={canvas} role="img" aria-label={chartLabel(columns, finding, words)} />
      </div>
      <None none={none} words={words} />
      <details>
        <summary>{words.table}</summary>
        <Table caption={caption} columns={none ? [...columns, { name: words.noDigit, ...none }] : columns} isKnown={finding !== null} remark={remark} words={words} />
      </details>
    </figure>
  );
}

/** What the ten leave: a bar that lies, because it is no digit's. It keeps its place where there is none. */
function None({ none, words }: { none: { share: number; isWinner: boolean } | null; words: Words }) {
  return (
    <p class="none" data-winner={none?.isWinner} data-hidden={!none}>
      {words.noDigit} <span class="level"><span style={{ inlineSize: `${100 * (none?.share ?? 0)}%` }} /></span> <span>{percent(none?.share ?? 0, words.language, 0)}</span>
    </p>
  );
}

interface TableProps {
  caption: string;
  columns: readonly Column[];
  isKnown: boolean;
  /** What is to be said of a winner, and of another. */
  remark: (isWinner: boolean) => string | false;
  words: Words;
}

function Table({ caption, columns, isKnown, remark, words }: TableProps) {
  return (
    <table>
      <caption class="unseen">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{words.digit}</th>
          <th scope="col">{words.probability}</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ name, share, isWinner }, place) => (
          <tr key={place} data-winner={isWinner}>
            <th scope="row">{name}</th>
            <td>
              {isKnown ? percent(share, words.language) : words.unknown}
              {isKnown && remark(isWinner) && <small> {remark(isWinner)}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function chartLabel(columns: readonly Column[], finding: Finding | null, words: Words): string {
  if (finding?.number) return words.chartOfNumber(finding.number.digits);
  const most = columns.reduce((one, other) => (other.share > one.share ? other : one));
  return most.share > 0 ? words.chart(most.name, percent(most.share, words.language)) : words.chartEmpty;
}

/** Bars on the canvas of the returned ref; Chart.js is fetched once the pad is there, for it is the larger part of the page. */
function useBars(columns: readonly Column[], isFinal: boolean, words: Words) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [bars, setBars] = useState<Bars | null>(null);
  useEffect(() => {
    let made: Bars | undefined;
    const make = async (): Promise<void> => {
      const chart = await import("./chart");
      if (canvas.current) setBars((made = new chart.Bars(canvas.current, (share) => percent(share, words.language, 0))));
    };
    void make();
    return () => made?.close();
  }, [words]);
  useLayoutEffect(() => bars?.show(columns, isFinal), [bars, JSON.stringify(columns), isFinal]);
  return canvas;
}
