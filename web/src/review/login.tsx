/** The login: a name and a password, and what was wrong with them. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ReviewWords } from "../language/review";
import { type Review, ReviewError } from "./api";
import { Failure } from "./failure";

interface Props {
  review: Review;
  /** Why somebody who was logged in has to do it again; "" where nobody was. */
  why: string;
  enter: (name: string) => void;
  words: ReviewWords;
}

export function LogIn({ review, why, enter, words }: Props) {
  const [error, setError] = useState<ReviewError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy || !(event.currentTarget instanceof HTMLFormElement)) return;
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      enter(await review.logIn(String(fields.get("name")), String(fields.get("password"))));
    } catch (failure) {
      setError(failure instanceof ReviewError ? failure : new ReviewError(0, ""));
      setBusy(false);
    }
  };
  return (
    <form class="login" onSubmit={submit}>
      <h2>{words.logIn.heading}</h2>
      {why && !error && <p role="status">{why}</p>}
      <label>
        {words.logIn.name}
        <input ref={first} name="name" required autocomplete="username" autocapitalize="none" spellcheck={false} maxLength={64} />
      </label>
      <label>
        {words.logIn.password}
        <input name="password" type="password" required autocomplete="current-password" maxLength={1000} />
      </label>
      <button type="submit" class="primary" aria-disabled={isBusy}>{words.logIn.submit}</button>
      {error && <Refusal error={error} words={words} />}
      <p class="note">{words.logIn.note}</p>
    </form>
  );
}

function Refusal({ error, words }: { error: ReviewError; words: ReviewWords }) {
  if (error.status === 401) return <p class="failure" role="alert">{words.logIn.wrong}</p>;
  if (error.status === 429) return <p class="failure" role="alert">{words.logIn.tooMany}</p>;
  return <Failure error={error} words={words} />;
}
