/** A drawing as small as a stamp. */

import type { Entry } from "./entry";

/** Of what is drawn: the width of its pen, and at least so much is shown, lest a dot fill the stamp. */
const PEN = 0.09;
const EXTENT_MIN = 120;

export function Thumbnail({ entry: { strokes } }: { entry: Entry }) {
  if (strokes.length === 0) return <span class="thumbnail" data-empty="true" />;
  const [x, y] = [strokes.flat().map((point) => point[0]), strokes.flat().map((point) => point[1])];
  const [left, top] = [Math.min(...x), Math.min(...y)];
  const [width, height] = [Math.max(...x) - left, Math.max(...y) - top];
  const extent = Math.max(width, height, EXTENT_MIN) * (1 + 2 * PEN);
  const box = [left + (width - extent) / 2, top + (height - extent) / 2, extent, extent];
  return (
    <svg class="thumbnail" viewBox={box.join(" ")} aria-hidden="true" stroke-width={PEN * extent}>
      {strokes.map((stroke, place) => <path key={place} d={pathOf(stroke)} />)}
    </svg>
  );
}

/** A dot is a line without length, which a round cap makes visible. */
function pathOf(stroke: Entry["strokes"][number]): string {
  const line = `M${stroke.map((point) => point.join(" ")).join("L")}`;
  return stroke.length === 1 ? `${line}h0` : line;
}
