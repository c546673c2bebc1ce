import * as product from "../fields";
import { withLargeFields } from "./large-fields";

/** Stands in for `lib/fields/fields.ts` where a server of a test is started with `lib/fields/testing/preload.mjs`. */
export const { fields } = withLargeFields(product);
