/** The door of the page: puts the app into the document. */

import { render } from "preact";
import { App } from "./app";
import { serverAt } from "./client";
import { keepFocus } from "./focus";

const root = document.getElementById("app");
const base = new URL(".", document.baseURI).href;
if (root) {
  render(<App server={serverAt(base)} base={base} />, root);
  keepFocus(root);
}
