/** What the model saw: 28x28 pixels, ink bright, as large as they are; why it was sure or not; on demand, which ink decided. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Explanation } from "./client";
import type { Explained } from "./explain/explain";
import { Legend, textOfExplanation } from "./explain/legend";
import { greatestOf, shaded } from "./explain/weights";
import type { Words } from "./language/page";
import type { Why } from "./why";

const SIDE_PX = 28;

interface Props {
  /** Base64 of 784 bytes, rows from the top. */
  glyph: string | null;
  /** What to say of it where nothing explains the reading. */
  note: string;
  why: readonly Why[];
  explained: Explained;
  /** Whether an explanation is wanted of what cannot be explained. */
  isUnable: boolean;
  words: Words;
}

export function Glyph({ glyph, note, why, explained, isUnable, words }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const explanation = explained !== null && typeof explained === "object" ? explained : null;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(explanation ? mapOf(explanation) : imageOf(glyph), 0, 0);
  }, [glyph, explanation]);
  const said = isUnable ? words.explain.unexplained : typeof explained === "string" ? words.explain[explained] : null;
  return (
    <figure class="glyph">
      <canvas ref={canvas} data-empty={!glyph} width={SIDE_PX} height={SIDE_PX} role="img" aria-label={explanation ? `${words.explain.map}. ${textOfExplanation(explanation, words)}` : words.glyph} />
      <figcaption>
        {explanation ? <Legend explanation={explanation} words={words} /> : said ? <span>{said}</span> : <Because why={why} note={note} />}
      </figcaption>
    </figure>
  );
}

function Because({ why, note }: { why: readonly Why[]; note: string }) {
  if (why.length === 0) return <span>{note}</span>;
  return (
    <>
      {why.map(({ cause, hint }) => (
        <p key={cause}>{cause}{hint && <> <em>{hint}</em></>}</p>
      ))}
    </>
  );
}

function bytesOf(glyph: string | null): readonly number[] {
  return Array.from(atob(glyph ?? ""), (byte) => byte.charCodeAt(0));
}

/** White ink, opaque as it is bright; the style sheet gives the ground. */
function imageOf(glyph: string | null): ImageData {
  const image = new ImageData(SIDE_PX, SIDE_PX);
  for (const [place, ink] of bytesOf(glyph).entries()) image.data.set([255, 255, 255, ink], 4 * place);
  return image;
}

/** The same ink, coloured by what it weighs. */
function mapOf({ glyph, weights }: Explanation): ImageData {
  const [image, greatest, flat] = [new ImageData(SIDE_PX, SIDE_PX), greatestOf(weights), weights.flat()];
  for (const [place, ink] of bytesOf(glyph).entries()) image.data.set(shaded(ink, flat[place] ?? 0, greatest), 4 * place);
  return image;
}
