/** The door of the page: puts the app into the document. */

import { render } from "preact";
import { App } from "./app";
import { serverAt } from "./client";
import { en as words } from "./words";

const root = document.getElementById("app");
document.documentElement.lang = words.locale;
document.title = words.title;
if (root) render(<App server={serverAt(new URL(".", document.baseURI).href)} words={words} />, root);
