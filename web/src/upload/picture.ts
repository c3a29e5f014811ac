/** A picture that someone gave: opened, turned upright, and made such that the server takes it. Sends nothing. */

import { type Problem, RefusedError } from "../client";

export interface Picture {
  /** What is sent. */
  readonly body: Blob;
  /** What is shown. Its pixels are those in which the server tells of boxes. */
  readonly image: ImageBitmap;
}

/** What the server knows; anything else that the browser can open is sent as PNG. */
const TYPES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp"]);
export const ACCEPTED = "image/*";
/** The server's limit is 10 MB; it reads on at most 1,536 pixels a side, so that nothing is lost by these. */
const BYTES_MAX = 9_000_000;
const SIDE_MAX_PX = 3_072;
/** Beyond this no file is opened: a browser would take all memory for it. */
const FILE_MAX = 60_000_000;
const QUALITY = 0.92;

/** Open a file. Rejects with a `RefusedError` whose problem is one that the server, too, might tell of. */
export async function pictureOf(file: Blob): Promise<Picture> {
  if (file.size > FILE_MAX) throw refused(413);
  if (file.size === 0) throw refused(422);
  const image = await opened(file);
  const scale = SIDE_MAX_PX / Math.max(image.width, image.height);
  if (scale >= 1 && file.size <= BYTES_MAX && TYPES.has(file.type)) return { body: file, image };
  return redrawn(image, Math.min(1, scale));
}

async function opened(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw refused(file.type.startsWith("image/") ? 422 : 415);
  }
}

/** A large picture is sent smaller, a strange one as the pixels that it shows. */
async function redrawn(image: ImageBitmap, scale: number): Promise<Picture> {
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const png = await blobOf(canvas, "image/png");
  const body = png.size <= BYTES_MAX ? png : await blobOf(canvas, "image/jpeg");
  return { body, image: await createImageBitmap(canvas) };
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(refused(422))), type, QUALITY);
  });
}

function refused(status: 413 | 415 | 422): RefusedError {
  const problem: Problem = { status, title: "", detail: "" };
  return new RefusedError(problem);
}

/** The first picture among what was dropped or pasted, else the first file, about which there is something to say. */
export function fileIn(transfer: Pick<DataTransfer, "files"> | null): File | null {
  const files = [...(transfer?.files ?? [])];
  return files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
}

/** Have someone choose a file, or take a photo where `camera` is set and the device has one. */
export function chooseFile(camera: boolean): Promise<File | null> {
  const input = Object.assign(document.createElement("input"), { type: "file", accept: ACCEPTED, hidden: true });
  if (camera) input.setAttribute("capture", "environment");
  document.body.append(input); // some browsers lose one that stands nowhere while someone looks for a file
  return new Promise<File | null>((resolve) => {
    input.addEventListener("change", () => resolve(input.files?.[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  }).finally(() => input.remove());
}
