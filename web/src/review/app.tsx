/** The operators' page: nobody gets past the login, and everybody is back there once their session is over. */

import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { tellDocument } from "../language/language";
import { type ReviewWords, reviewWordsOf } from "../language/review";
import { LanguageSwitch, useLanguage } from "../language/switch";
import seal from "../seal.svg";
import { type Review, ReviewError } from "./api";
import { Drift } from "./drift";
import { Failure } from "./failure";
import { LogIn } from "./login";
import { ModelsTab } from "./models";
import { SamplesTab } from "./samples";

const TABS = ["samples", "models", "drift"] as const;
type Tab = (typeof TABS)[number];

/** Who is there: nobody knows yet, nobody, somebody by name, or it could not be found out. */
type Who = { readonly name: string } | "unknown" | "nobody" | "over" | ReviewError;

interface Props {
  review: Review;
  base: string;
}

export function ReviewApp({ review, base }: Props) {
  const [language, choose] = useLanguage();
  const words = reviewWordsOf(language);
  const [who, setWho] = useState<Who>("unknown");
  const tab = useTab();
  const find = useCallback(() => {
    setWho("unknown");
    review.me().then(
      (name) => setWho(name === null ? "nobody" : { name }),
      (error: unknown) => setWho(error instanceof ReviewError ? error : new ReviewError(0, "")),
    );
  }, [review]);
  useEffect(find, [find]);
  useLayoutEffect(() => tellDocument(words), [words]);
  const end = useCallback(() => setWho("over"), []);
  const leave = (): void => void review.logOut().finally(() => setWho("nobody"));
  const isIn = typeof who === "object" && !(who instanceof ReviewError);
  return (
    <>
      <header>
        <img class="seal" src={seal} alt="" width="36" height="36" />
        <h1>
          {words.name} <span>{words.heading}</span>
        </h1>
        <div class="choices">
          {isIn && <button type="button" onClick={leave}>{words.logOut(who.name)}</button>}
          <LanguageSwitch label={words.languages} language={language} choose={choose} />
        </div>
      </header>
      {isIn && <Tabs tab={tab} words={words} />}
      <main class="review">
        {isIn ? (
          <Part tab={tab} review={review} base={base} end={end} words={words} />
        ) : who instanceof ReviewError ? (
          <Failure error={who} again={find} words={words} />
        ) : who === "unknown" ? (
          <p role="status">{words.loading}</p>
        ) : (
          <LogIn review={review} why={who === "over" ? words.logIn.over : ""} enter={(name) => setWho({ name })} words={words} />
        )}
      </main>
    </>
  );
}

function Part({ tab, ...props }: { tab: Tab; review: Review; base: string; end: () => void; words: ReviewWords }) {
  if (tab === "samples") return <SamplesTab {...props} />;
  return tab === "models" ? <ModelsTab {...props} /> : <Drift {...props} />;
}

function Tabs({ tab, words }: { tab: Tab; words: ReviewWords }) {
  return (
    <nav class="tabs" aria-label={words.tabs}>
      {TABS.map((each) => (
        <a key={each} href={`#${each}`} aria-current={each === tab ? "page" : undefined}>{words.tab[each]}</a>
      ))}
    </nav>
  );
}

function named(): Tab {
  return TABS.find((each) => location.hash === `#${each}`) ?? "samples";
}

/** The part of the page that its address names. */
function useTab(): Tab {
  const [tab, setTab] = useState(named);
  useEffect(() => {
    const change = (): void => setTab(named());
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return tab;
}
