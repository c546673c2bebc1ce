// Run it after every change of dependencies: `node scripts/complete-lock.mjs`. With a registry that
// mirrors one platform only, npm drops the optional packages of other platforms from
// package-lock.json, and `npm ci` then rejects the file. This adds their entries again, by name and
// exact version, without an integrity, because their bytes are not available here.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const packages = lock.packages;
const systems = new Set(["android", "darwin", "freebsd", "linux", "openharmony", "win32"]);
const processors = new Set(["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "wasm32", "x64"]);

/** Returns the path where Node finds `name` from the package at `from`, or null. */
function findPackagePath(from, name) {
  for (let path = from; ; path = path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/")))) {
    const candidate = `${path ? `${path}/` : ""}node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (!path.includes("/node_modules/"))
      return packages[`node_modules/${name}`] ? `node_modules/${name}` : null;
  }
}

function createEntry(name, version, dev) {
  const words = name.split(/[/-]/);
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (!/^\d/.test(version) || !cpu)
    throw new Error(`Add ${name}@${version} by hand: it has no exact version or names no processor.`);
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
  ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))),
};
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`Added ${added} entries.`);
