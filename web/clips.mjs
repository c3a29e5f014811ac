/**
 * The recorded clips that the catalogue of phrases asks for. Without a word: writes them as JSON, for tools/clips.py. With
 * `--check`: fails where clips.json, which that tool writes last, tells of others.
 */

import { readFileSync } from "node:fs";
import { runnerImport } from "vite";

const { module } = await runnerImport("./src/speech/clips.ts", { configFile: false, logLevel: "error" });
const wanted = module.everyClip();

if (process.argv.includes("--check")) {
  const made = new Set(JSON.parse(readFileSync("clips.json", "utf8")).clips.map(({ path, text }) => `${path} ${text}`));
  const missing = wanted.filter(({ path, text }) => !made.has(`${path} ${text}`));
  for (const { language, text } of missing) process.stderr.write(`clips: Expected a clip in "${language}" of: ${text}\n`);
  if (missing.length > 0 || made.size !== wanted.length) {
    process.stderr.write("clips: Expected clips.json to have what is said, and nothing else. Run tools/clips.py.\n");
    process.exit(1);
  }
} else {
  process.stdout.write(JSON.stringify(wanted));
}
