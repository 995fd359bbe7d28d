/** What becomes of names that a file brings and the project does not have. */

import type { Job, JsonObject, Schema } from "../api/types";
import { type Foreign, importReport } from "./job-reports";
import { keyFrom } from "./label-form";

/** Ours by the file's: a key of ours, "" for left out, or `NEW` for one that is made. Missing: nobody said. */
export type Choices = Readonly<Record<string, string>>;

export const NEW = "\u0000new";

/** Where the server's options keep a kind of name. */
const OPTION: Readonly<Record<string, string>> = { label: "labels", link: "links", attribute: "attributes" };

export const choiceKey = ({ kind, name }: Foreign): string => `${kind} ${name}`;

/** Names that the project lacks: those that it has by the same key need no mapping. */
export const unknown = (foreign: readonly Foreign[], schema: Schema): readonly Foreign[] =>
  foreign.filter(({ kind, name }) => !keysOf(kind, schema).some((each) => each.key === name));

/** Names of ours that a foreign one of this kind can become. */
export const keysOf = (kind: string, schema: Schema): readonly { readonly key: string; readonly name: string }[] => {
  if (kind === "label") return schema.labels.filter((each) => !each.retired);
  if (kind === "link") return schema.link_types.filter((each) => !each.retired);
  const owners = [...schema.labels, ...schema.link_types];
  const keys = new Map(owners.flatMap((owner) => owner.attributes.map((each) => [each.key, each.name || each.key])));
  return [...keys].map(([key, name]) => ({ key, name }));
};

/** What was chosen the last time that a file of this format was imported here, or is the same but for its case. */
export const remembered = (
  foreign: readonly Foreign[],
  format: string,
  schema: Schema,
  jobs: readonly Job[],
): Choices => {
  const kept = jobs.filter((job) => job.kind === "import" && formatOf(job) === format).map(mappingsOf);
  const found: Record<string, string> = {};
  for (const each of foreign) {
    const ours = keysOf(each.kind, schema);
    const last = kept.map((mapping) => mapping[each.kind]?.[each.name]).find((choice) => choice !== undefined);
    const alike = ours.find(({ key, name }) =>
      [key, name].some((word) => word.toLowerCase() === each.name.toLowerCase()),
    );
    if (last !== undefined && (last === "" || ours.some(({ key }) => key === last))) found[choiceKey(each)] = last;
    else if (alike) found[choiceKey(each)] = alike.key;
  }
  return found;
};

const formatOf = (job: Job): string =>
  String((job.report && importReport(job.report).format) || job.options.format || "");

type Mappings = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

const mappingsOf = (job: Job): Mappings => {
  const options = (job.options.options ?? {}) as JsonObject;
  return Object.fromEntries(Object.entries(OPTION).map(([kind, option]) => [kind, options[option]])) as Mappings;
};

/** The format's options with the mapping in them; labels that are made get the key that their name gives. */
export const optionsWith = (before: JsonObject, foreign: readonly Foreign[], choices: Choices): JsonObject => {
  const options: Record<string, JsonObject> = {};
  for (const each of foreign) {
    const choice = choices[choiceKey(each)];
    const option = OPTION[each.kind];
    if (choice === undefined || option === undefined) continue;
    const known = options[option] ?? ((before[option] ?? {}) as JsonObject);
    options[option] = { ...known, [each.name]: choice === NEW ? keyFrom(each.name) : choice };
  }
  return { ...before, ...options };
};
