import { registerHooks } from "node:module";

// node --import ./lib/fields/testing/preload.mjs: every module that asks for the site's fields gets those of the tests, which alone see the real ones.
const realFieldsUrl = new URL("../fields.ts", import.meta.url).href;
const testFieldsUrl = new URL("./fields.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const asked = found.url.split("?")[0] === realFieldsUrl && !context.parentURL?.startsWith(testFieldsUrl);
    return asked ? next(testFieldsUrl, context) : found;
  },
});
