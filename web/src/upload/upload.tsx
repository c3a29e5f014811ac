/** Pictures on the page: chosen, taken, dropped or pasted; shown where the pad is, with a box around each digit. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Boxes } from "../boxes";
import type { Item, WholeServer } from "../client";
import type { Words } from "../language/page";
import { PictureDesk, type PictureView } from "./desk";
import { chooseFile, fileIn, type Picture } from "./picture";

/** No sharper than this on the screen. */
const SHOWN_MAX_PX = 1_200;

export interface Upload {
  readonly shown: PictureView | null;
  readonly desk: PictureDesk;
  /** Whether a file is held over the page. */
  readonly isOffered: boolean;
  readonly choose: (camera: boolean) => void;
}

/** Once someone draws, what there was to say of a file that could not be opened is over. */
export function useUpload(server: WholeServer, isDrawing: boolean): Upload {
  const [shown, show] = useState<PictureView | null>(null);
  const [isOffered, offer] = useState(false);
  const desk = useMemo(() => new PictureDesk(server, show), [server]);
  const take = useCallback((file: File | null) => file && void desk.take(file), [desk]);
  const choose = useCallback((camera: boolean) => void chooseFile(camera).then(take), [take]);
  useEffect(() => onOffer(take, offer), [take]);
  useEffect(() => {
    if (isDrawing && shown?.picture === null) desk.close();
  }, [isDrawing]);
  return { shown, desk, isOffered, choose };
}

/** Listen for files that are dropped or pasted; returns what ends that. Without this a browser would open a dropped file. */
function onOffer(take: (file: File | null) => void, offer: (isOffered: boolean) => void): () => void {
  const stop = new AbortController();
  const on = <Name extends keyof DocumentEventMap>(name: Name, hear: (event: DocumentEventMap[Name]) => void): void =>
    document.addEventListener(name, hear, { signal: stop.signal });
  const over = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    offer(true);
  };
  on("dragenter", over);
  on("dragover", over);
  on("dragleave", (event) => event.relatedTarget === null && offer(false));
  on("drop", (event) => {
    offer(false);
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    take(fileIn(event.dataTransfer));
  });
  on("paste", (event) => take(fileIn(event.clipboardData)));
  return () => stop.abort();
}

/** The picture in place of the pad. */
export function Sheet({ picture, items, words }: { picture: Picture; items: readonly Item[]; words: Words }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = picture.image;
  useLayoutEffect(() => {
    const scale = Math.min(1, SHOWN_MAX_PX / Math.max(width, height));
    if (!canvas.current) return;
    canvas.current.width = Math.max(1, Math.round(width * scale));
    canvas.current.height = Math.max(1, Math.round(height * scale));
    canvas.current.getContext("2d")?.drawImage(picture.image, 0, 0, canvas.current.width, canvas.current.height);
  }, [picture]);
  return (
    <div class="picture" data-many={items.length > 12}>
      <div class="sheet" style={{ aspectRatio: `${width} / ${height}`, inlineSize: `${100 * Math.min(1, width / height)}%` }}>
        <canvas ref={canvas} tabIndex={-1} role="img" aria-label={words.upload.holds(items.length)} />
        <Boxes items={items} penWidth={0} />
      </div>
    </div>
  );
}

/** The ways to a picture, and the way back to the pad. */
export function Sources({ upload: { shown, desk, choose }, words: { upload: words } }: { upload: Upload; words: Words }) {
  return (
    <div class="sources" role="group" aria-label={words.title}>
      <button type="button" aria-describedby="upload-note" onClick={() => choose(false)}>{words.choose}</button>
      {shown ? <button key="back" type="button" onClick={() => desk.close()}>{words.back}</button> : <button key="camera" type="button" class="camera" onClick={() => choose(true)}>{words.camera}</button>}
      <p id="upload-note" class="note">{words.note}</p>
    </div>
  );
}
