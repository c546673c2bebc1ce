import { FIXTURES, fixturePath } from "../lib/inspect/testing/fixtures";

// node --import tsx scripts/fixtures.ts    creates the sample files of the tests, prints the paths
for (const name of FIXTURES) console.log(await fixturePath(name));
