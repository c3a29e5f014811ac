/** The list of keyboard shortcuts, as a dialog: the browser keeps the focus in it, and gives it back. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Words } from "./language/page";

interface Props {
  isOn: boolean;
  close: () => void;
  words: Words;
}

export function Shortcuts({ isOn, close, words: { shortcuts: words } }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus({ preventScroll: true });
  }, []);
  return (
    <dialog ref={dialog} class="shortcuts" aria-labelledby="shortcuts-title" onClose={close}>
      <h2 id="shortcuts-title">{words.title}</h2>
      {!isOn && <p class="note">{words.off}</p>}
      <dl>
        {words.list.map(([key, does]) => (
          <div key={key}>
            <dt><kbd>{key}</kbd></dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="primary" onClick={() => dialog.current?.close()}>{words.close}</button>
    </dialog>
  );
}
