/** What the model saw: 28x28 pixels, ink bright, as large as they are. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Words } from "./words";

const SIDE_PX = 28;

interface Props {
  /** Base64 of 784 bytes, rows from the top. */
  glyph: string | null;
  /** What to say of it. */
  note: string;
  words: Words;
}

export function Glyph({ glyph, note, words }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d");
    context?.putImageData(imageOf(glyph), 0, 0);
  }, [glyph]);
  return (
    <figure class="glyph">
      <canvas ref={canvas} width={SIDE_PX} height={SIDE_PX} role="img" aria-label={words.glyph} />
      <figcaption>
        <b>{words.glyph}</b>
        <span>{glyph ? note : words.glyphEmpty}</span>
      </figcaption>
    </figure>
  );
}

/** White ink, opaque as it is bright; the style sheet gives the ground. */
function imageOf(glyph: string | null): ImageData {
  const image = new ImageData(SIDE_PX, SIDE_PX);
  const bytes = atob(glyph ?? "");
  for (let place = 0; place < bytes.length; place += 1) {
    image.data.set([255, 255, 255, bytes.charCodeAt(place)], 4 * place);
  }
  return image;
}
