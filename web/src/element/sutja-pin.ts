/**
 * `<sutja-pin>`: the PIN page in a frame, for pages of others. A script of its own, which imports nothing and leaves no name
 * behind but the element. The PIN comes as an event of the element, which does not bubble: only who listens there hears it.
 */

{
  /** Where this script was fetched from, there is the page. */
  const home = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : "";

  /** The attributes that go on to the page, by their names there. */
  const PARAMETERS = { language: "lang", way: "way" } as const;

  class SutjaPin extends HTMLElement {
    static readonly observedAttributes = ["src", ...Object.keys(PARAMETERS)];
    readonly #frame = document.createElement("iframe");
    readonly #hear = (event: MessageEvent): void => this.#told(event);

    constructor() {
      super();
      this.#frame.allow = "autoplay";
      this.#frame.style.cssText = "display:block;inline-size:100%;block-size:100%;min-block-size:32rem;border:0";
      this.attachShadow({ mode: "open" }).append(this.#frame);
    }

    connectedCallback(): void {
      if (!this.style.display) this.style.display = "block";
      addEventListener("message", this.#hear);
      this.#load();
    }

    disconnectedCallback(): void {
      removeEventListener("message", this.#hear);
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.#load();
    }

    /** The PIN was wrong: it is to be entered again. Which digit is wrong nobody is told. */
    refuse(): void {
      this.#frame.contentWindow?.postMessage({ sutja: "refused" }, this.#page.origin);
    }

    override focus(): void {
      this.#frame.focus();
    }

    /** Where the page is: beside this script, or where `src` says. */
    get #page(): URL {
      return new URL(this.getAttribute("src") ?? "pin", home || document.baseURI);
    }

    #load(): void {
      const page = this.#page;
      for (const [attribute, parameter] of Object.entries(PARAMETERS)) {
        const value = this.getAttribute(attribute);
        if (value !== null) page.searchParams.set(parameter, value);
      }
      this.#frame.title = this.getAttribute("title") ?? "PIN";
      if (this.#frame.src !== page.href) this.#frame.src = page.href;
    }

    #told({ origin, source, data }: MessageEvent): void {
      if (origin !== this.#page.origin || source !== this.#frame.contentWindow) return;
      if (data?.sutja === "pin") this.dispatchEvent(new CustomEvent("pin", { detail: { pin: String(data.pin) } }));
      else if (data?.sutja === "cancelled") this.dispatchEvent(new CustomEvent("cancel"));
    }
  }

  if (!customElements.get("sutja-pin")) customElements.define("sutja-pin", SutjaPin);
}
