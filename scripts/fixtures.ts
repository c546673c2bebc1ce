import { FIXTURES, fixturePath } from "../lib/inspect/testing/fixtures";

// Makes every test file and says where it is.
for (const name of FIXTURES) console.log(await fixturePath(name));
