import { registerHooks } from "node:module";

// node --import ./lib/fields/testing/preload.mjs: each import of `lib/fields/fields.ts` returns the
// fields of the tests. Only the module that adds those imports the real ones.
const realFieldsUrl = new URL("../fields.ts", import.meta.url).href;
const testFieldsUrl = new URL("./fields.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const isReplaced =
      found.url.split("?")[0] === realFieldsUrl && !context.parentURL?.startsWith(testFieldsUrl);
    return isReplaced ? next(testFieldsUrl, context) : found;
  },
});
