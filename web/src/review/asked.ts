/** An answer of the server as it is waited for, and what is done with one that never comes. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ReviewError } from "./api";

export interface Asked<Answer> {
  /** The newest answer; null before the first. */
  readonly answer: Answer | null;
  readonly error: ReviewError | null;
  readonly again: () => void;
}

/** Ask, and ask anew when `ask` changes; of several questions the newest counts. `end` is told that the session is over. */
export function useAsked<Answer>(ask: () => Promise<Answer>, end: () => void): Asked<Answer> {
  const [found, setFound] = useState<Omit<Asked<Answer>, "again">>({ answer: null, error: null });
  const turn = useRef(0);
  const again = useCallback(() => {
    const mine = ++turn.current;
    ask().then(
      (answer) => mine === turn.current && setFound({ answer, error: null }),
      (failure: unknown) => {
        const error = errorOf(failure);
        if (error.status === 401) end();
        else if (mine === turn.current) setFound(({ answer }) => ({ answer, error }));
      },
    );
  }, [ask, end]);
  useEffect(() => {
    again();
    return () => void ++turn.current; // whoever asked is gone
  }, [again]);
  return { ...found, again };
}

export function errorOf(failure: unknown): ReviewError {
  return failure instanceof ReviewError ? failure : new ReviewError(0, "");
}
