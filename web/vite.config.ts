import { defineConfig } from "vite";
import { packing } from "./packing.ts";

// The server that `npm run dev` asks; `sutja serve` listens there by default.
const SERVER = "http://127.0.0.1:5000";

export default defineConfig({
  base: "./", // the page works under any prefix
  build: {
    outDir: "../src/sutja/service/static",
    emptyOutDir: true,
    assetsInlineLimit: 0, // each file on its own, so that the strictest content policy will do
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: "index.html", pin: "pin.html", review: "review.html", sw: "src/device/sw.ts", "sutja-pin": "src/element/sutja-pin.ts" },
      // These keep their names: browsers look there for a newer service worker, and other pages for the element.
      output: { entryFileNames: ({ name }) => (name === "sw" || name === "sutja-pin" ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  plugins: [packing()],
  worker: { format: "es" }, // loads the runtime when it is told to
  oxc: { jsx: { importSource: "preact" } },
  server: { proxy: { "/predict": SERVER, "/read": SERVER, "/explain": SERVER, "^/pin$": SERVER, "/pin/sample": SERVER, "/samples": SERVER, "/health": SERVER, "/model": SERVER, "/api": SERVER, "^/review$": SERVER } },
});
