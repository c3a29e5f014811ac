import { expect, it } from "vitest";
import { frameOf } from "../src/boxes";

it("frames a box with some room around it, in percent of the pad", () => {
  expect(frameOf({ left: 0.2, top: 0.3, width: 0.15, height: 0.4 }, 0.025)).toEqual({ left: "17.5%", width: "20%", top: "27.5%", height: "45%" });
});

it("stays on the pad, and leaves room above for the digit", () => {
  expect(frameOf({ left: -0.02, top: 0, width: 1.1, height: 1 }, 0.025)).toEqual({ left: "0%", width: "100%", top: "3%", height: "97%" });
});
