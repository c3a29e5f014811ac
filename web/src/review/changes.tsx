/** The digits that change sides between the champion and another model, each as a picture. */

import { useCallback, useState } from "preact/hooks";
import type { ReviewWords } from "../language/review";
import type { Changed, Review } from "./api";
import { useAsked } from "./asked";
import { Failure } from "./failure";
import { Picture } from "./glyph";
import { labelOf } from "./tile";

const GROUPS = ["fixed", "broken", "otherwise"] as const;

interface Props {
  sha: string;
  review: Review;
  end: () => void;
  words: ReviewWords;
}

/** Both have to read for it, so that it is done on demand. */
export function ChangesView({ sha, review, end, words }: Props) {
  const [isWanted, want] = useState(false);
  const { models: said } = words;
  return (
    <>
      <h3>{said.changes}</h3>
      <p class="note">{said.changesNote}</p>
      {isWanted ? <Compared sha={sha} review={review} end={end} words={words} /> : <button type="button" onClick={() => want(true)}>{said.compare}</button>}
    </>
  );
}

function Compared({ sha, review, end, words }: Props) {
  const { answer, error, again } = useAsked(useCallback(() => review.changes(sha), [review, sha]), end);
  const { models: said } = words;
  if (error) return <Failure error={error} again={again} words={words} />;
  if (!answer) return <p role="status">{said.comparing}</p>;
  return (
    <>
      <p role="status">{said.compared(answer.count)} {!answer.is_whole && said.notWhole}</p>
      {GROUPS.map((group) => (
        <section key={group} class="changed" data-group={group}>
          <h4>{said.groups[group]} ({answer[group].length})</h4>
          <ul>
            {answer[group].map((each) => <One key={each.id} changed={each} words={words} />)}
          </ul>
        </section>
      ))}
    </>
  );
}

function One({ changed: { glyph, label, champion, candidate }, words }: { changed: Changed; words: ReviewWords }) {
  const [before, now] = [champion, candidate].map(({ digit }) => digit ?? "–");
  const said = words.models.side(labelOf(label, words), labelOf(champion.digit, words), labelOf(candidate.digit, words));
  return (
    <li>
      <Picture glyph={glyph} />
      <span class="said" aria-hidden="true"><b>{label ?? "–"}</b> <span>{before} → {now}</span></span>
      <span class="unseen">{said}</span>
    </li>
  );
}
