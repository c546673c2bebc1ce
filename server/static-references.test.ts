import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./root";
import { findMissingStaticFiles, requireStaticFiles } from "./static-references";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dossier-names-"));
  plant("public/there.png");
  plant("public/deep/there.css");
  plant("app/icon.svg");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(file: string, text = ""): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

test("the code of this repository names no missing static file", () => {
  expect(findMissingStaticFiles(root)).toEqual([]);
});

test.each([
  ["app/page.tsx", `<img src="/gone.png" />`, "/gone.png"],
  ["app/page.tsx", "const icon = `/gone.svg?v=2`;", "/gone.svg"],
  ["app/page.tsx", `import card from "@/public/gone.png";`, "/public/gone.png"],
  ["app/deep/page.tsx", `new URL("../../public/gone.pdf", import.meta.url)`, "/public/gone.pdf"],
  ["app/page.module.css", "a { background: url(/deep/gone.webp) }", "/deep/gone.webp"],
  ["app/page.css", `@import "/gone.css";`, "/gone.css"],
  ["app/layout.tsx", `icons: { apple: "/apple-icon.png" }`, "/apple-icon.png"],
  ["lib/mail.ts", `"/gone.txt"`, "/gone.txt"],
  ["proxy.ts", `"/gone.webmanifest"`, "/gone.webmanifest"],
  ["instrumentation.ts", `"/gone.json"`, "/gone.json"],
  ["instrumentation-client.ts", `new Worker("/gone.js")`, "/gone.js"],
  ["public/deep/page.html", `<script src="/gone.js"></script>`, "/gone.js"],
  ["public/site.webmanifest", `{ "icons": [{ "src": "/gone.png" }] }`, "/gone.png"],
  ["public/deep/other.css", "@font-face { src: url(/gone.ttf) }", "/gone.ttf"],
  ["app/page.tsx", `const accept = "image/*"; const a = "/gone.png"; /* of old */`, "/gone.png"],
  ["app/page.tsx", "const glob = 'a/**'; const b = `/gone.png`; // b/*", "/gone.png"],
  ["app/page.tsx", `const home = "https://example.org", a = "/gone.png";`, "/gone.png"],
  ["app/page.tsx", `const quoted = "\\""; const a = "/gone.png"; // "`, "/gone.png"],
  [
    "app/page.css",
    "a { background: url(https://a.example/b) } b { background: url(/gone.webp) }",
    "/gone.webp",
  ],
])("reports the missing file in %s: %s", (file, source, name) => {
  plant(file, source);
  expect(findMissingStaticFiles(folder)).toEqual([`${file}: ${name}`]);
  expect(() => requireStaticFiles(folder)).toThrow(
    `files that public/ does not contain:\n- ${file}: ${name}`,
  );
});

test.each(
  "avif css csv gif htm html ico jpeg jpg js json map mjs mp3 mp4 ogg otf pdf png svg ttf txt wasm wav webm webmanifest webp woff woff2 xml zip".split(
    " ",
  ),
)("reports a missing file that ends in .%s", (extension) => {
  plant("app/page.tsx", `"/gone.${extension}"`);
  expect(findMissingStaticFiles(folder)).toEqual([`app/page.tsx: /gone.${extension}`]);
});

test.each([
  ["app/page.tsx", `import card from "@/public/there.png"; const a = "/there.png#x";`],
  ["app/page.css", "a { background: url('/there.png') } @import '/deep/there.css';"],
  ["app/layout.tsx", `icons: { icon: "/icon.svg" }`],
  ["app/layout.tsx", "// not \"/gone.png\"\n/* nor '/gone.svg' */"],
  ["app/page.tsx", `"/documents" + "/u/ada" + "./gone.png" + "https://example.org/gone.png"`],
  ["app/page.test.tsx", `"/gone.png"`],
  ["app/page.tsx", `const a = 1; // once "/gone.png"`],
  ["app/page.tsx", `const a = 1; /* "image/*" once "/gone.png" */`],
  ["app/page.tsx", `call(); // don't name "/gone.png"`],
])("reports nothing in %s: %s", (file, source) => {
  plant(file, source);
  expect(findMissingStaticFiles(folder)).toEqual([]);
});
