/** Boxes over the pad: where each digit of a number was read, and what as. */

import type { Item } from "./client";
import type { Box } from "./ink";

/** Room between ink and its frame, and above a frame for the digit that stands on it, in sides of the pad. */
const ROOM = 0.014;
const ROOM_ABOVE = 0.03;

/** `penWidth` in sides of the pad. */
export function Boxes({ items, penWidth }: { items: readonly Item[]; penWidth: number }) {
  return (
    <div class="boxes" aria-hidden="true">
      {items.map(({ box, digit, verdict }) => (
        // Another box is another frame: none wanders over the pad.
        <span key={JSON.stringify(box)} data-verdict={verdict} style={frameOf(box, penWidth / 2 + ROOM)}>
          {digit !== null && <b>{digit}</b>}
        </span>
      ))}
    </div>
  );
}

/** Where the frame stands that leaves `room` around a box, in percent of the pad and never beyond it. */
export function frameOf({ left, top, width, height }: Box, room: number) {
  const x = [left - room, left + width + room].map((side) => clamp(side, 0, 1));
  const y = [top - room, top + height + room].map((side) => clamp(side, ROOM_ABOVE, 1));
  return { ...span("left", "width", x), ...span("top", "height", y) };
}

function span(start: string, length: string, [low = 0, high = 0]: readonly number[]) {
  return { [start]: percent(low), [length]: percent(high - low) };
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
