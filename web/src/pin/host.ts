/** The page that this one is embedded in, or was opened by: it gets the PIN, and nobody else does. */

/** What is sent to it, and what it may say. */
export type ToHost = { readonly sutja: "pin"; readonly pin: string } | { readonly sutja: "cancelled" };
export type FromHost = { readonly sutja: "refused" };

type Target = Pick<Window, "postMessage" | "closed">;

export class Host {
  /** `origin` is the only one that is spoken to, and listened to; "" where nobody is. */
  constructor(
    private readonly origin: string,
    private readonly target: Target | null,
  ) {}

  /** Whether somebody waits for a PIN. */
  get isThere(): boolean {
    return this.origin !== "" && this.target !== null;
  }

  /** Hand over. Returns whether that could be done. */
  tell(message: ToHost): boolean {
    if (!this.isThere) return true;
    if (this.target?.closed) return false; // a window that is gone takes every message, and hears none
    try {
      this.target?.postMessage(message, this.origin);
      return true;
    } catch {
      return false; // what the operator gave is no origin
    }
  }

  /** Call `listener` where the host did not accept a PIN; returns what ends that. */
  onRefused(listener: () => void): () => void {
    const hear = (event: MessageEvent<Partial<FromHost> | null>): void => {
      if (this.isThere && event.origin === this.origin && event.source === this.target && event.data?.sutja === "refused") listener();
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }
}

/** Whoever embeds this page or, where nobody does, has opened it. */
export function hostOf(page: Window, origin: string): Host {
  return new Host(origin, page.parent === page ? (page.opener as Window | null) : page.parent);
}
