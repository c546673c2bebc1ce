// The directions of the house: who may import whom. scripts/checks/import-directions.test.ts plants one violation per rule and
// expects the rule's name. `tests` are free where a rule says so: they build real surroundings for what they test.
const tests = "(\\.test\\.tsx?$|(^|/)testing/)";
const generated = "^lib/db/generated/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "fields-and-errors-stand-alone",
      comment: "They run in the browser, too. Fields know each other and the errors, nothing else of ours.",
      severity: "error",
      from: { path: "^lib/(fields/|errors\\.ts$)", pathNot: tests },
      to: { path: "^(lib|app|scripts|prisma|e2e)/", pathNot: "^lib/(fields/|errors\\.ts$)" },
    },
    {
      name: "errors-import-nothing",
      severity: "error",
      from: { path: "^lib/errors\\.ts$" },
      to: { path: ".+" },
    },
    {
      name: "lib-knows-no-framework",
      comment: "The product runs under anything that has a Request.",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "(^|/)node_modules/(next|react|react-dom|@types/react|@types/react-dom)/" },
    },
    {
      name: "lib-knows-no-app",
      severity: "error",
      from: { path: "^lib/" },
      to: { path: "^(app|e2e)/" },
    },
    {
      name: "lib-knows-no-scripts",
      severity: "error",
      from: { path: "^lib/", pathNot: tests },
      to: { path: "^(scripts|prisma)/" },
    },
    {
      name: "rooms-take-what-they-work-with",
      comment:
        "Storage and database come as arguments; only their types are imported, and the generated types and enums.",
      severity: "error",
      from: { path: "^lib/(uploads|files|review|register|accounts|inspect)/", pathNot: tests },
      to: {
        path: "^lib/(storage|db)/",
        // What holds no connection: names of errors, keys, streams.
        pathNot: [generated, "^lib/db/(outage|conflict)\\.ts$", "^lib/storage/(key|collect)\\.ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "storage-imports-its-sdk-and-errors",
      severity: "error",
      from: { path: "^lib/storage/", pathNot: tests },
      to: {
        path: "^lib/",
        pathNot: ["^lib/storage/", "^lib/(errors|clock)\\.ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "drivers-read-no-environment",
      comment: "Only scripts, tests and the composition root know where settings come from.",
      severity: "error",
      from: { path: "^lib/", pathNot: [tests, "^lib/storage/factory\\.ts$", "^lib/env[./]"] },
      to: { path: "^lib/env[./]", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "app-builds-nothing",
      comment:
        "Handlers and pages call the rooms of lib with what app/_server hands them; database, storage, settings and accounts are built there alone.",
      severity: "error",
      from: { path: "^app/", pathNot: [tests, "^app/_server/", "^app/api/storage/"] },
      to: {
        path: "^lib/(db|storage|env[./]|accounts/auth\\.ts$)",
        pathNot: "^lib/db/generated/enums",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "ui-shows-and-does-nothing",
      comment: "Presentation derives from fields, errors and types.",
      severity: "error",
      from: { path: "^app/_ui/", pathNot: tests },
      to: {
        path: "^lib/",
        pathNot: ["^lib/(fields/|errors\\.ts$)", "^lib/db/generated/enums"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "ui-knows-no-server",
      severity: "error",
      from: { path: "^app/_ui/", pathNot: tests },
      to: { path: "^app/_server/" },
    },
    {
      name: "app-knows-no-scripts",
      severity: "error",
      from: { path: "^app/", pathNot: tests },
      to: { path: "^(scripts|prisma|e2e)/" },
    },
    {
      name: "e2e-stands-outside",
      comment:
        "Journeys see what a person sees. What makes buckets and people for them is a test helper or a command.",
      severity: "error",
      from: { path: "^e2e/" },
      to: { path: "^(app|lib)/", pathNot: ["^lib/testing/", "^lib/[^/]+/testing/"] },
    },
    {
      name: "product-knows-no-tests",
      severity: "error",
      from: { path: "^(app|lib)/", pathNot: tests },
      to: { path: tests },
    },
    {
      name: "no-circles",
      severity: "error",
      from: { path: "^(app|lib|scripts)/", pathNot: generated },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^\\.next/", "^lib/db/generated/internal/"] },
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of types are arrows as well: a rule that allows them says so.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
