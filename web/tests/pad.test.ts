import { describe, expect, it } from "vitest";
import { pointOf } from "../src/pad";

const BOX = { left: 20, top: 100, width: 200, height: 400 };

const event = (part: Partial<PointerEvent>): PointerEvent =>
  ({ clientX: 120, clientY: 200, timeStamp: 5, pressure: 0.5, pointerType: "mouse", ...part }) as PointerEvent;

describe("pointOf", () => {
  it("measures in sides of the pad, from its corner, whatever its size", () => {
    expect(pointOf(event({}), BOX)).toEqual({ x: 0.5, y: 0.25, t: 5 });
  });

  it("keeps what leaves the pad where it was", () => {
    expect(pointOf(event({ clientX: 0, clientY: 500 }), BOX)).toMatchObject({ x: -0.1, y: 1 });
  });

  it.each(["mouse", "touch"])("believes no pressure of a %s", (pointerType) => {
    expect(pointOf(event({ pointerType }), BOX)).not.toHaveProperty("pressure");
  });

  it("keeps the pressure of a pen", () => {
    expect(pointOf(event({ pointerType: "pen", pressure: 0.8 }), BOX)).toHaveProperty("pressure", 0.8);
  });
});
