/** The door of the PIN page: puts it into the document. */

import { render } from "preact";
import { PinApp } from "./app";
import { configOf } from "./config";

const root = document.getElementById("app");
const base = new URL(".", document.baseURI).href;
const config = configOf(document.documentElement.dataset, location.search);
if (root) render(<PinApp config={config} base={base} />, root);
