/** One event of the log in one sentence, without its author. */

import { t } from "@lingui/core/macro";
import type { Schema } from "../api/types";
import type { LogEvent } from "../document/model";
import type { TextIndex } from "../document/offsets";
import { quote } from "../document/offsets";
import { shorten } from "./words";

export interface Lookup {
  readonly schema: Schema;
  /** The text that the event is about; null when it is not at hand. */
  readonly index: TextIndex | null;
  /** What an annotation said just before the event, for those that name only its id. */
  readonly quoteBefore?: (annotation: string) => string | null;
}

export const eventWords = (event: LogEvent, lookup: Lookup): string => {
  const { data } = event;
  const text = (key: string): string => (typeof data[key] === "string" ? (data[key] as string) : "");
  const label = nameIn(lookup.schema.labels, text("label"));
  const quoted = quotedIn(event, lookup);
  const linkType = nameIn(lookup.schema.link_types, text("type"));
  switch (event.type) {
    case "annotation_added":
      return t`marked ${quoted} as ${label}`;
    case "annotation_changed":
      return t`changed ${label}: ${quoted}`;
    case "annotation_removed":
      return quoted ? t`removed the mark on ${quoted}` : t`removed a mark`;
    case "link_added":
      return t`linked ${before(lookup, text("from"))} → ${before(lookup, text("to"))} as ${linkType}`;
    case "link_changed":
      return t`changed the link ${linkType}`;
    case "link_removed":
      return t`removed a link`;
    case "document_label_set": {
      const name = nameIn(lookup.schema.document_labels, text("label"));
      return t`set ${name} to ${text("value")}`;
    }
    case "document_label_cleared": {
      const name = nameIn(lookup.schema.document_labels, text("label"));
      return t`cleared ${name}`;
    }
    case "set_finished":
      return t`said: done`;
    case "set_reopened":
      return text("reason") ? t`opened the set again: ${text("reason")}` : t`opened the set again`;
    case "decision_made":
      return decisionWords(event, quoted, label);
    case "decision_withdrawn":
      return t`withdrew a decision`;
    case "curation_finished":
      return t`finished the curation`;
    case "curation_reopened":
      return t`opened the curation again`;
    case "document_imported":
      return t`imported the document`;
    case "text_added":
      return data.text_version === 1 ? t`added the text` : t`added version ${String(data.text_version)} of the text`;
    case "text_segmented":
      return t`wrote down where sentences and words begin`;
    case "languages_set":
      return t`set the languages`;
    case "document_changed":
      return t`changed the document's facts`;
    case "document_archived":
      return t`archived the document`;
    case "document_restored":
      return t`took the document out of the archive`;
    case "content_erased":
      return t`erased texts and notes for good`;
    case "thread_opened":
      return t`opened a thread`;
    case "thread_resolved":
      return t`resolved a thread`;
    case "thread_reopened":
      return t`opened a thread again`;
    case "comment_added":
      return text("body") ? t`commented: ${shorten(text("body"), 80)}` : t`commented`;
    case "comment_edited":
      return text("body") ? t`changed a comment: ${shorten(text("body"), 80)}` : t`changed a comment`;
    case "comment_deleted":
      return t`deleted a comment`;
    case "guideline_written":
      return t`wrote version ${String(data.version)} of the guideline`;
    case "entity_added":
      return t`added ${text("name")} to the register`;
    case "entity_changed":
      return t`changed ${text("name")} in the register`;
    case "entity_merged":
      return t`merged ${text("name")} in the register`;
    default:
      return event.type.replaceAll("_", " ");
  }
};

function decisionWords(event: LogEvent, quoted: string, label: string): string {
  switch (event.data.verdict) {
    case "accept":
      return t`decided: ${quoted} is ${label}`;
    case "edit":
      return t`decided, changed: ${quoted} is ${label}`;
    case "reject":
      return t`decided against ${quoted}`;
    case "split":
      return t`decided: these are questions of their own`;
    default:
      return t`decided: none of these`;
  }
}

const nameIn = (list: readonly { readonly key: string; readonly name: string }[], key: string): string =>
  list.find((one) => one.key === key)?.name ?? key;

const inQuotes = (text: string): string => `“${shorten(text, 50)}”`;

const before = (lookup: Lookup, annotation: string): string => {
  const found = lookup.quoteBefore?.(annotation);
  return found ? inQuotes(found) : "…";
};

function quotedIn({ data, entity }: LogEvent, lookup: Lookup): string {
  const { spans } = data;
  if (Array.isArray(spans) && lookup.index) return inQuotes(quote(lookup.index, spans as never));
  const found = entity === null ? null : lookup.quoteBefore?.(entity);
  return found ? inQuotes(found) : "";
}
