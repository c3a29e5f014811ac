/** A glyph: 28x28, as the model saw it. */

import { useLayoutEffect, useRef } from "preact/hooks";

const SIDE_PX = 28;

/** `glyph` is base64 of 784 bytes; the style sheet gives the ground. Who shows it says in words what it is. */
export function Picture({ glyph }: { glyph: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const image = new ImageData(SIDE_PX, SIDE_PX);
    for (const [place, byte] of Array.from(atob(glyph)).entries()) image.data.set([255, 255, 255, byte.charCodeAt(0)], 4 * place);
    canvas.current?.getContext("2d")?.putImageData(image, 0, 0);
  }, [glyph]);
  return <canvas ref={canvas} class="tile-glyph" width={SIDE_PX} height={SIDE_PX} aria-hidden="true" />;
}
