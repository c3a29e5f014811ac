/** The paper: draws ink on a canvas, as sharp as the screen is, in the colour that the style sheet gives it. */

import type { Ink, Stroke } from "./ink";
import { onThemeChange } from "./theme";

export class Paper {
  readonly #context: CanvasRenderingContext2D;
  readonly #resized: ResizeObserver;
  readonly #unwatch: () => void;
  #ink: Ink = [];
  #penWidth = 0.05;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("Expected a canvas that can be drawn on. Received none.");
    this.#context = context;
    this.#resized = new ResizeObserver(([entry]) => entry && this.#resize(entry));
    watch(this.#resized, canvas);
    this.#unwatch = onThemeChange(() => this.#draw());
  }

  /** In sides of the paper. */
  set penWidth(width: number) {
    this.#penWidth = width;
    this.#draw();
  }

  show(ink: Ink): void {
    this.#ink = ink;
    this.#draw();
  }

  close(): void {
    this.#resized.disconnect();
    this.#unwatch();
  }

  #resize(entry: ResizeObserverEntry): void {
    const [width, height] = pixels(entry);
    if (width === 0 || (width === this.canvas.width && height === this.canvas.height)) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.#draw();
  }

  #draw(): void {
    const { width, height } = this.canvas;
    const context = this.#context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    context.scale(width, height);
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = context.fillStyle = getComputedStyle(this.canvas).color;
    for (const stroke of this.#ink) drawStroke(context, stroke, this.#penWidth);
  }
}

/** Device pixels where the browser can tell them, so that lines stay sharp at any zoom. */
function watch(observer: ResizeObserver, canvas: HTMLCanvasElement): void {
  try {
    observer.observe(canvas, { box: "device-pixel-content-box" });
  } catch {
    observer.observe(canvas); // Safari before 27 knows CSS pixels only
  }
}

function pixels(entry: ResizeObserverEntry): [number, number] {
  const exact = entry.devicePixelContentBoxSize?.[0];
  if (exact) return [exact.inlineSize, exact.blockSize];
  const { width, height } = entry.contentRect;
  return [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
}

function drawStroke(context: CanvasRenderingContext2D, stroke: Stroke, width: number): void {
  if (stroke.length === 1) drawDot(context, stroke, width);
  else if (stroke[0]?.pressure === undefined) drawEven(context, stroke, width);
  else drawPressed(context, stroke, width);
}

/** A tap: not every browser draws a line without length. */
function drawDot(context: CanvasRenderingContext2D, [point]: Stroke, width: number): void {
  if (!point) return;
  context.beginPath();
  context.arc(point.x, point.y, width / 2, 0, 2 * Math.PI);
  context.fill();
}

/** One smooth line: curves from middle to middle, with the points themselves as handles. */
function drawEven(context: CanvasRenderingContext2D, stroke: Stroke, width: number): void {
  const [first, last] = [stroke[0], stroke.at(-1)];
  if (!first || !last) return;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(first.x, first.y);
  stroke.slice(0, -1).forEach((point, place) => {
    const next = stroke[place + 1] ?? last;
    context.quadraticCurveTo(point.x, point.y, (point.x + next.x) / 2, (point.y + next.y) / 2);
  });
  context.lineTo(last.x, last.y);
  context.stroke();
}

/** Short lines, each as wide as the pen was pressed: half the width at no pressure, one and a half at full. */
function drawPressed(context: CanvasRenderingContext2D, stroke: Stroke, width: number): void {
  stroke.forEach((point, place) => {
    const last = stroke[place - 1] ?? point;
    context.lineWidth = width * (0.5 + (point.pressure ?? 0.5));
    context.beginPath();
    context.moveTo(last.x, last.y);
    context.lineTo(point.x, point.y);
    context.stroke();
  });
}
