// Run after every change of dependencies: `node scripts/complete-lock.mjs`. A registry that mirrors only one platform's binaries makes npm leave the
// other platforms' optional packages out of package-lock.json, and `npm ci` then refuses the file everywhere. This puts their entries back, by
// name and exact version; npm skips them on a platform that they are not for. They carry no integrity, for nobody here has seen their bytes.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const packages = lock.packages;
const systems = new Set(["android", "darwin", "freebsd", "linux", "openharmony", "win32"]);
const processors = new Set(["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "x64"]);

/** Where Node would find `name` from the package at `from`, or null. */
function findPackagePath(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const place = `${at ? `${at}/` : ""}node_modules/${name}`;
    if (packages[place]) return place;
    if (!at.includes("/node_modules/"))
      return packages[`node_modules/${name}`] ? `node_modules/${name}` : null;
  }
}

function createEntry(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (!/^\d/.test(version) || !cpu)
    throw new Error(`Complete ${name}@${version} by hand: it names no exact version or no processor.`);
  return { version, cpu: [cpu], ...(dev ? { dev: true } : {}), optional: true, ...(os ? { os: [os] } : {}) };
}

let added = 0;
for (const [path, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (findPackagePath(path, name)) continue;
    packages[`node_modules/${name}`] = createEntry(name, version, dev);
    added += 1;
  }
}
const { "": root, ...rest } = packages;
lock.packages = {
  "": root,
  ...Object.fromEntries(Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1))),
};
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries put back.`);
