/** The keyboard of the page: what its keys do, unless a dialog is open, a field has the focus, or they are switched off. */

import { useEffect } from "preact/hooks";
import { type Command, commandOf, takesEnter } from "./keys";

export function useKeys(run: (command: Command) => void, isOn: boolean): void {
  useEffect(() => {
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
