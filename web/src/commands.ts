/** The keyboard of the page: what its keys do, unless a dialog is open, a field has the focus, or they are switched off. */

import { useLayoutEffect } from "preact/hooks";
import { type Command, commandOf, takesEnter } from "./keys";

export function useKeys(run: (command: Command) => void, isOn: boolean): void {
  // No later than the page is seen: whoever is quick presses a key before any effect has run.
  useLayoutEffect(() => {
    if (!isOn) return undefined;
    const press = (event: KeyboardEvent): void => {
      const command = commandOf(event);
      if (!command || event.defaultPrevented || document.querySelector("dialog[open]")) return;
      if (event.key === "Enter" && takesEnter(event.target)) return;
      event.preventDefault();
      run(command);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [run, isOn]);
}
