/* Builds the application page's script, its worker and its style sheet into the package, and the module that the
 * tests ask for verdicts. The same sources give the same bytes on every machine:
 *
 *   npm ci && node build.mjs [--out FOLDER]
 *
 * The schemas become code here (ajv standalone), because the page's content security policy allows no eval. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "..", "..");
const asked = process.argv.indexOf("--out");
const FOLDER = asked < 0 ? null : process.argv[asked + 1];
const PAGE = FOLDER ?? join(ROOT, "scripts", "counterpart", "intake", "page");
const TESTS = FOLDER ?? join(ROOT, "tests", "form");

async function schema(kind) {
  return JSON.parse(await readFile(join(ROOT, "schemas", `${kind}.schema.json`), "utf8"));
}

/** What the page sends: an application or a correction without the stamps that it gets on arrival. */
function submission(application, correction) {
  const properties = { kind: { type: "string", enum: ["application", "correction"] } };
  for (const [key, rule] of Object.entries({ ...correction.properties, ...application.properties })) {
    if (!["received", "corrected", "resealed"].includes(key)) properties[key] = rule;
  }
  const required = ["kind", ...application.required.filter((key) => key !== "received")];
  const corrected = { properties: { kind: { const: "correction" } } };
  const more = { required: ["correction", "signature"] };
  return { $id: "submission", type: "object", properties, required, additionalProperties: false, if: corrected, then: more };
}

/** The compiled schemas as a module with a function for each. */
async function validators() {
  const application = await schema("application");
  const correction = await schema("correction");
  const identity = await schema("identity");
  // A moment is never in what the page sends; the format is named so that nothing unknown slips through.
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    strictTypes: false,
    messages: false,
    formats: { "date-time": true, date: true },
    code: { source: true, esm: true, lines: false },
  });
  ajv.addSchema({ ...application, $id: "application.schema.json" });
  ajv.addSchema({ $id: "profile", $ref: "application.schema.json#/properties/profile" });
  ajv.addSchema({ ...identity, $id: "identity" });
  ajv.addSchema(submission(application, correction));
  return standaloneCode(ajv, { profile: "profile", identity: "identity", submission: "submission" });
}

const compiled = {
  name: "schemas",
  setup(hooks) {
    hooks.onResolve({ filter: /^schemas$/ }, () => ({ path: "schemas", namespace: "compiled" }));
    hooks.onLoad({ filter: /.*/, namespace: "compiled" }, async () => ({
      contents: await validators(),
      resolveDir: HERE,
    }));
  },
};

/* The age library can also seal to kinds of keys that a round does not have: post-quantum ones, hardware keys,
 * passphrases. They are most of its weight. A round's keys are X25519 only, so these parts are left out, and
 * whoever comes to them gets an error. */
const LEFT_OUT = {
  "@noble/post-quantum/hybrid.js": "export const MLKEM768P256 = undefined, MLKEM768X25519 = undefined;",
  "@noble/curves/nist.js": "export const p256 = undefined;",
  "@noble/hashes/scrypt.js": "export function scrypt() { throw new Error('left out'); }",
};
const lighter = {
  name: "lighter",
  setup(hooks) {
    hooks.onResolve({ filter: /^@noble\// }, ({ path }) =>
      path in LEFT_OUT ? { path, namespace: "left-out" } : undefined,
    );
    hooks.onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({ contents: LEFT_OUT[path] }));
  },
};

async function bundle(entry, folder, name, options = {}) {
  const made = await build({
    entryPoints: [join(HERE, "src", entry)],
    absWorkingDir: HERE,
    bundle: true,
    minify: true,
    format: entry.endsWith(".css") ? undefined : "iife",
    target: entry.endsWith(".css") ? ["chrome111", "firefox113", "safari16.4"] : "es2022",
    charset: "utf8",
    legalComments: "none",
    plugins: [compiled, lighter],
    write: false,
    ...options,
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), made.outputFiles[0].text.trimEnd() + "\n");
}

await bundle("main.js", PAGE, "apply.js");
await bundle("answer.js", PAGE, "answer.js");
await bundle("statement.js", PAGE, "statement.js");
await bundle("worker.js", PAGE, "worker.js");
await bundle("apply.css", PAGE, "apply.css");
await bundle("verdict.js", TESTS, "verdict.js", { globalName: "counterpart" });
