/** The door of the operators' page: puts it into the document. */

import { render } from "preact";
import { reviewAt } from "./api";
import { ReviewApp } from "./app";

const root = document.getElementById("app");
const base = new URL(".", document.baseURI).href;
if (root) render(<ReviewApp review={reviewAt(base)} base={base} />, root);
