/**
 * What is done to the page once it is built: the service worker is told of all files, and each file that can be made
 * smaller gets compressed siblings, which the server sends to whoever takes them. The runtime stays in compressed form only:
 * as it is it has 14 MB.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { extname, join, resolve, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const WORKER = "sw.js";
/** Fetched when the service worker is installed; all else when the page has leisure. */
const SHELL = new Set([".html", ".js", ".css", ".svg", ".png", ".webmanifest"]);
const COMPRESSED = new Set([".html", ".js", ".css", ".svg", ".webmanifest", ".wasm"]);
const COMPRESSED_ONLY = ".wasm";
/** What is for operators alone: nobody else needs it for a day without a server. */
const OPERATORS = /(?:^|\/)review[-.]/;
const SIZE_MIN = 1_024;

/** A plugin for Vite. */
export function packing(): Plugin {
  let root = "";
  return {
    name: "sutja-packing",
    apply: "build",
    configResolved: (config) => {
      root = resolve(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const paths = filesIn(root);
      if (!paths.includes(WORKER)) return; // the build has failed
      fillIn(root, paths);
      for (const path of paths) compress(join(root, path));
    },
  };
}

function filesIn(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(root, name)).isFile());
  return names.map((name) => name.split(sep).join("/")).toSorted();
}

/** Put the lists of files, and their common hash, into the service worker. */
function fillIn(root: string, paths: readonly string[]): void {
  const kept = paths.filter((path) => path !== WORKER && !OPERATORS.test(path));
  const hash = createHash("sha256");
  for (const path of kept) hash.update(path).update(readFileSync(join(root, path)));
  const values = {
    SUTJA_SHELL: JSON.stringify(kept.filter((path) => SHELL.has(extname(path)))),
    SUTJA_REST: JSON.stringify(kept.filter((path) => !SHELL.has(extname(path)))),
    SUTJA_VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)),
  };
  const code = readFileSync(join(root, WORKER), "utf8");
  writeFileSync(
    join(root, WORKER),
    Object.entries(values).reduce((text, [name, value]) => text.replaceAll(name, () => value), code),
  );
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  if (!COMPRESSED.has(extname(path)) || bytes.length < SIZE_MIN) return;
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9, memLevel: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, brotli(bytes.length)));
  if (extname(path) === COMPRESSED_ONLY) rmSync(path);
}

/** The best level but two: those take half a minute for the runtime, and save a tenth. */
function brotli(size: number) {
  return { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: size } };
}
