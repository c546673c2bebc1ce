// Which folder may import which. scripts/repository-checks/import-directions.test.ts plants one
// violation per rule and expects the rule's name. A rule that leaves out `tests` lets test files
// build what they test.
const tests = "(\\.test\\.tsx?$|(^|/)testing/|^tests/)";
const generated = "^lib/db/generated/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "fields-and-errors-stand-alone",
      comment:
        "They run in the browser too. Fields import each other, the errors and the text rules, and nothing else of ours.",
      severity: "error",
      from: { path: "^lib/(fields/|(errors|text-schemas)\\.ts$)", pathNot: tests },
      to: {
        path: "^(lib|app|server|scripts|prisma|e2e)/",
        pathNot: "^lib/(fields/|(errors|text-schemas)\\.ts$)",
      },
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
      name: "lib-knows-no-server",
      severity: "error",
      from: { path: "^lib/", pathNot: tests },
      to: { path: "^(server|scripts|prisma|bench)/" },
    },
    {
      name: "lib-knows-no-operations",
      comment: "Operating the product builds on the product, never the other way round.",
      severity: "error",
      from: { path: "^lib/", pathNot: ["^lib/operations/", tests] },
      to: { path: "^lib/operations/" },
    },
    {
      name: "rooms-take-what-they-work-with",
      comment:
        "Storage and database come as arguments. Only their types and the generated enums are imported.",
      severity: "error",
      from: {
        path: "^lib/(uploads|files|review|audit|accounts|inspect|permissions|requests|retention|rights)/",
        pathNot: tests,
      },
      to: {
        path: "^lib/(storage|db)/",
        // These hold no connection: names of errors, one lock, keys, streams.
        pathNot: [
          generated,
          "^lib/db/(outage|conflict|lock-user)\\.ts$",
          "^lib/storage/(key|read-all|read-json)\\.ts$",
        ],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "storage-imports-its-sdk-and-errors",
      severity: "error",
      from: { path: "^lib/storage/", pathNot: tests },
      to: {
        path: "^lib/",
        // A driver declares its variables with the schemas that every setting uses.
        pathNot: ["^lib/storage/", "^lib/(errors|clock|setting-schemas)\\.ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "drivers-read-no-environment",
      comment: "Only commands, tests and the composition root know where settings come from.",
      severity: "error",
      from: { path: "^lib/", pathNot: [tests, "^lib/storage/(factory|drivers)\\.ts$", "^lib/config/"] },
      to: {
        path: "^lib/config/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "settings-need-no-generated-code",
      comment: "The build on Vercel reads the settings before Prisma generates its client.",
      severity: "error",
      from: { path: "^lib/config/env\\.ts$" },
      to: { path: generated, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "app-builds-nothing",
      comment:
        "Handlers and pages call lib with what app/_server gives them. Only that folder builds services.",
      severity: "error",
      from: { path: "^app/", pathNot: [tests, "^app/_server/", "^app/api/storage/"] },
      to: {
        path: "^lib/(db|storage|config|accounts/auth\\.ts$)",
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
        // These are tables and pure functions: the outcomes, and the status at a moment.
        pathNot: [
          "^lib/(fields/|errors\\.ts$|files/validity\\.ts$|permissions/same-person\\.ts$|review/outcomes\\.ts$)",
          "^lib/db/generated/enums",
        ],
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
      to: { path: "^(server|scripts|prisma|e2e|bench)/" },
    },
    {
      name: "server-knows-no-commands",
      comment: "Commands import what runs outside Vercel, never the other way round.",
      severity: "error",
      from: { path: "^server/", pathNot: tests },
      to: { path: "^(scripts|e2e|bench)/" },
    },
    {
      name: "e2e-stands-outside",
      comment: "Journeys see what a person sees. Test helpers and commands make buckets and people for them.",
      severity: "error",
      from: { path: "^e2e/" },
      to: { path: "^(app|lib)/", pathNot: ["^lib/.+/testing/", "^lib/concurrency\\.ts$"] },
    },
    {
      name: "product-knows-no-tests",
      severity: "error",
      from: { path: "^(app|lib|server)/", pathNot: tests },
      to: { path: tests },
    },
    {
      name: "no-circles",
      comment: "Imports of types count as well.",
      severity: "error",
      from: { path: "^(app|lib|server|scripts|tests)/", pathNot: generated },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^\\.next/", "^lib/db/generated/internal/"] },
    tsConfig: { fileName: "tsconfig.json" },
    // Imports of types count too: a rule that allows them says so.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
