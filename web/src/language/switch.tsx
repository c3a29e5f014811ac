/** The switch between languages, and the state behind it. It changes words only: what is drawn stays. */

import { useCallback, useState } from "preact/hooks";
import { keep, LANGUAGES, type Language, NAMES, openingLanguage } from "./language";

/** The language of the page, and how to choose another. */
export function useLanguage(): readonly [Language, (language: Language) => void] {
  const [language, setLanguage] = useState(openingLanguage);
  const choose = useCallback((chosen: Language) => {
    keep(chosen);
    setLanguage(chosen);
  }, []);
  return [language, choose];
}

interface Props {
  /** What is chosen here, in words. */
  label: string;
  language: Language;
  choose: (language: Language) => void;
}

/** A button for each language, each in its own tongue. */
export function LanguageSwitch({ label, language, choose }: Props) {
  return (
    <div class="languages" role="group" aria-label={label}>
      {LANGUAGES.map((each) => (
        <button type="button" key={each} lang={each} aria-pressed={each === language} onClick={() => choose(each)}>
          {NAMES[each]}
        </button>
      ))}
    </div>
  );
}
