// Holds what npm `cdek` was answered against the types that it declares for it, with the compiler of those types.
// Prints one JSON line for each disagreement: the method or event, and the compiler's last words on it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "./stage.mjs";

const ts = load("typescript");
const HEAD = `
import type { Cdek } from "cdek";
import type { EventMap } from "cdek/src/types/api/webhook.js";
type Of<K> = K extends keyof EventMap ? EventMap[K][0]
  : K extends keyof Cdek ? (Cdek[K] extends (...words: any) => Promise<infer T> ? T : never) : never;
`;

// Return the type of a value as narrow as it can be told. It is no literal, so that more than is declared is allowed.
function typeOf(value) {
  if (Array.isArray(value)) return `(${[...new Set(value.map(typeOf))].join(" | ") || "never"})[]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${typeOf(inner)}`).join("; ")} }`;
}

const answers = JSON.parse(readFileSync("answers.json", "utf-8"));
const lines = [...new Set(answers.map(([name, answer]) => JSON.stringify([name, typeOf(answer)])))].map(JSON.parse);
const body = lines.map(([name, type], n) => `declare const a${n}: ${type}; const b${n}: Of<"${name}"> = a${n};`);
const file = join(process.env.SDK_MODULES, "answers.ts"); // beside the client's modules, where its types are found
writeFileSync(file, HEAD + body.join("\n"));
const options = {
  strict: true, noEmit: true, skipLibCheck: true, noErrorTruncation: true, target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
};
const first = HEAD.split("\n").length - 1;
for (const found of ts.getPreEmitDiagnostics(ts.createProgram([file], options))) {
  const at = found.file?.getLineAndCharacterOfPosition(found.start).line;
  const says = ts.flattenDiagnosticMessageText(found.messageText, "\n").split("\n");
  console.log(JSON.stringify({ chapter: lines[at - first]?.[0] ?? "?", says: says.slice(-4).map((line) => line.trim()) }));
}
console.log(JSON.stringify({ chapter: "compared", count: lines.length }));
