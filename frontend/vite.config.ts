import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type NodePath, type PluginItem, transformAsync } from "@babel/core";
import linguiMacro from "@lingui/babel-plugin-lingui-macro";
import { compileMessage } from "@lingui/message-utils/compileMessage";
import { generateMessageId } from "@lingui/message-utils/generateMessageId";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vitest/config";

/** Messages as the parts that Lingui puts together, so that no parser of messages goes to the browser. */
const compiledMessages = ({ types }: { types: typeof import("@babel/core").types }): PluginItem => ({
  visitor: {
    Program: {
      exit: (program: NodePath) =>
        program.traverse({
          ObjectExpression({ node: { properties } }) {
            const of = (name: string) =>
              properties.find((one) => types.isObjectProperty(one) && types.isIdentifier(one.key, { name }));
            const message = of("message");
            if (!of("id") || !types.isObjectProperty(message) || !types.isStringLiteral(message.value)) return;
            message.value = types.valueToNode(compileMessage(message.value.value));
          },
        }),
    },
  },
});

/** Only files that import a Lingui macro pass through Babel; all others are left to Vite's own compiler. */
const linguiMacros = (): Plugin => ({
  name: "lingui-macros",
  enforce: "pre",
  transform: {
    filter: { id: /\/src\/.*\.tsx?$/, code: /@lingui\/(core|react)\/macro/ },
    async handler(code, id) {
      const result = await transformAsync(code, {
        filename: id,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ["jsx", "typescript"] },
        // The English text stays in the program: it is the catalogue until another language is loaded.
        plugins: [[linguiMacro, { stripMessageField: false }], compiledMessages],
      });
      return result?.code ? { code: result.code, map: result.map ?? null } : null;
    },
  },
});

const CATALOGUE = "virtual:messages/";

/** The catalogue of a language, src/i18n/<language>.json, by the ids that the macro gives and ready to be put together. */
const catalogues = (): Plugin => ({
  name: "catalogues",
  resolveId: (id) => (id.startsWith(CATALOGUE) ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith(`\0${CATALOGUE}`)) return null;
    const path = new URL(`src/i18n/${id.slice(CATALOGUE.length + 1)}.json`, import.meta.url);
    this.addWatchFile(fileURLToPath(path));
    const texts = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
    const told = Object.entries(texts).filter(([, text]) => text !== "");
    const messages = told.map(([english, text]) => [generateMessageId(english), compileMessage(text)]);
    return `export default ${JSON.stringify(Object.fromEntries(messages))}`;
  },
});

// Development only: where the Django server listens.
const SERVER = process.env.PALIMPSEST_URL ?? "http://127.0.0.1:8000";
const proxied = { target: SERVER, changeOrigin: true, headers: { Origin: SERVER } };

export default defineConfig(({ command }) => ({
  base: command === "build" ? "/static/app/" : "/",
  plugins: [linguiMacros(), catalogues(), react()],
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: ["chrome111", "firefox114", "safari16.4"],
    // Nothing may be inlined: the page's content security policy knows no data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // The page itself is served from here; one-time links and the state of the service are not part of the API.
    proxy: { "/api": proxied, "^/signin/.+": proxied, "/readyz": proxied },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
}));
