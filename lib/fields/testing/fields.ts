import * as product from "../fields";
import { withLargeFields } from "./large-fields";

/** Replaces `lib/fields/fields.ts` in a test server that `preload.mjs` starts. */
export const { fields } = withLargeFields(product);
