/**
 * The page's words and their translations. English stands in the source; src/i18n/<language>.json has the others,
 * English to the other language. Prints what is missing and what nobody says any more; `--write` puts both right,
 * missing ones with an empty text. Ends with 1 when something is missing.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformAsync } from "@babel/core";
import linguiMacro from "@lingui/babel-plugin-lingui-macro";

const root = join(import.meta.dirname, "..");
const catalogues = join(root, "src", "i18n");

/** Every message of the source, in English, in ICU's notation. */
export const messages = async () => {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name),
  );
  const found = await Promise.all(files.map((name) => messagesOf(join(root, "src", name))));
  return [...new Set(found.flat())].sort();
};

const messagesOf = async (filename) => {
  const code = readFileSync(filename, "utf8");
  if (!/@lingui\/(core|react)\/macro/.test(code)) return [];
  const found = [];
  const collect = () => ({
    visitor: {
      Program: {
        exit: (program) =>
          program.traverse({
            ObjectExpression({ node: { properties } }) {
              const of = (name) => properties.find((one) => one.key?.name === name)?.value;
              if (of("id") && of("message")?.type === "StringLiteral") found.push(of("message").value);
            },
          }),
      },
    },
  });
  await transformAsync(code, {
    filename,
    babelrc: false,
    configFile: false,
    code: false,
    parserOpts: { plugins: ["jsx", "typescript"] },
    plugins: [[linguiMacro, { stripMessageField: false }], collect],
  });
  return found;
};

const check = async (write) => {
  const wanted = await messages();
  let faults = 0;
  for (const file of readdirSync(catalogues).filter((name) => name.endsWith(".json"))) {
    const path = join(catalogues, file);
    const known = JSON.parse(readFileSync(path, "utf8"));
    const missing = wanted.filter((message) => !known[message]);
    const stale = Object.keys(known).filter((message) => !wanted.includes(message));
    for (const message of missing) console.log(`${file}: missing: ${JSON.stringify(message)}`);
    for (const message of stale) console.log(`${file}: nobody says: ${JSON.stringify(message)}`);
    faults += missing.length;
    if (!write) continue;
    const next = Object.fromEntries(wanted.map((message) => [message, known[message] ?? ""]));
    writeFileSync(path, `${JSON.stringify(next, null, 2)}\n`);
  }
  return faults;
};

if (process.argv[1] === import.meta.filename)
  process.exitCode = (await check(process.argv.includes("--write"))) > 0 ? 1 : 0;
