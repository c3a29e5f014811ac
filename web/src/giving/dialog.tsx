/** What is kept, for how long, and how it is deleted: asked before anything is given for the first time. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { GivingWords } from "../language/giving";
import type { Terms } from "./server";

interface Props {
  terms: Terms;
  isOnDevice: boolean;
  agree: () => void;
  decline: () => void;
  words: GivingWords;
}

export function ConsentDialog({ terms, isOnDevice, agree, decline, words: { consent: words } }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus({ preventScroll: true });
  }, []);
  const promises = [words.what, words.why, words.howLong(terms.days), words.delete, words.secret, words.once];
  return (
    <dialog ref={dialog} class="consent" aria-labelledby="consent-title" onClose={decline}>
      <h2 id="consent-title">{words.title}</h2>
      {isOnDevice && <p><strong>{words.onDevice}</strong></p>}
      <ul>
        {promises.map((promise) => <li key={promise}>{promise}</li>)}
      </ul>
      <div class="tools">
        <button type="button" onClick={() => dialog.current?.close()}>{words.decline}</button>
        <button type="button" class="primary" onClick={agree}>{words.agree}</button>
      </div>
    </dialog>
  );
}
