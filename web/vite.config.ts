import { defineConfig } from "vite";

// The server that `npm run dev` asks; `sutja serve` listens there by default.
const SERVER = "http://127.0.0.1:5000";

export default defineConfig({
  base: "./", // the page works under any prefix
  build: {
    outDir: "../src/sutja/service/static",
    emptyOutDir: true,
    assetsInlineLimit: 0, // each file on its own, so that the strictest content policy will do
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { importSource: "preact" } },
  server: { proxy: { "/predict": SERVER, "/read": SERVER, "/health": SERVER } },
});
