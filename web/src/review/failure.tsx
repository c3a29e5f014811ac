/** What went wrong, in words, and the way on. */

import type { ReviewWords } from "../language/review";
import type { ReviewError } from "./api";

export function Failure({ error, again, words }: { error: ReviewError; again?: () => void; words: ReviewWords }) {
  return (
    <div class="failure" role="alert">
      <p>{words.problems[error.status] ?? words.failed}</p>
      {error.detail && <p class="note" lang="en">{words.serverSays(error.detail)}</p>}
      {again && <button type="button" onClick={again}>{words.again}</button>}
    </div>
  );
}
