/** One sample: as a tile of the grid, and as large as it can be. */

import { useEffect, useState } from "preact/hooks";
import { percent } from "../language/percent";
import type { ReviewWords } from "../language/review";
import { pictureAt, type Sample } from "./api";
import { Picture } from "./glyph";
import type { Mark } from "./grid";

/** A sample that is only passed on the way needs no picture. */
const REST_MS = 150;

interface TileProps {
  sample: Sample;
  isCurrent: boolean;
  isChosen: boolean;
  mark: Mark | undefined;
  words: ReviewWords;
}

/** Keys and clicks are the list's: a tile only shows. */
export function Tile({ sample, isCurrent, isChosen, mark, words }: TileProps) {
  const { samples: said } = words;
  const decided = mark === undefined ? "" : `, ${said.decided(nameOf(mark, words))}`;
  return (
    <div id={`sample-${sample.id}`} class="tile" role="option" aria-selected={isChosen} data-current={isCurrent} data-decided={mark !== undefined}>
      <Picture glyph={sample.glyph} />
      <span class="unseen">{said.givenAs(labelOf(sample.label, words))}, {readingOf(sample, words)}{decided}</span>
      <span class="said" aria-hidden="true">
        <b>{sample.label ?? "–"}</b>
        {sample.is_read && <span data-disputed={sample.read !== sample.label}>{sample.read ?? "–"}</span>}
      </span>
      {mark !== undefined && <span class="mark" aria-hidden="true">{nameOf(mark, words)}</span>}
    </div>
  );
}

interface CurrentProps {
  sample: Sample;
  base: string;
  words: ReviewWords;
}

export function Current({ sample, base, words }: CurrentProps) {
  const [isResting, rest] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => rest(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  const { samples: said } = words;
  return (
    <figure class="current">
      <span class="frame">{isResting && <img src={pictureAt(base, sample.id)} alt={said.drawing} />}</span>
      <figcaption>
        <b>{said.givenAs(labelOf(sample.label, words))}</b>
        <span>{readingOf(sample, words)}</span>
        <span>{said.queues[sample.state]} · {new Intl.DateTimeFormat(words.language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(sample.day))}</span>
      </figcaption>
    </figure>
  );
}

export function labelOf(label: number | null, words: ReviewWords): string {
  return label === null ? words.samples.noDigit : String(label);
}

function readingOf({ is_read, read, confidence }: Sample, words: ReviewWords): string {
  if (!is_read) return words.samples.notRead;
  return words.samples.readAs(labelOf(read, words), confidence === null ? null : percent(confidence, words.language, 0));
}

function nameOf(mark: Mark, words: ReviewWords): string {
  if (mark === "skip") return words.samples.skipped;
  return mark === "reject" ? words.samples.rejected : labelOf(mark, words);
}
