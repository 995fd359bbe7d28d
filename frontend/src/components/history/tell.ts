/** Every event of a history in words, in one walk, so that a removal can say what was removed. */

import type { Schema } from "../../api/types";
import type { LogEvent, Span } from "../../document/model";
import { quote, type TextIndex } from "../../document/offsets";
import { eventWords } from "../event-words";

/** `indexOf` gives the text that an offset of that version is about; null when it is not at hand. */
export const tellAll = (
  events: readonly LogEvent[],
  schema: Schema,
  indexOf: (textVersion: number) => TextIndex | null,
): readonly string[] => {
  const said = new Map<string, string>();
  let version = 1;
  return events.map((event) => {
    const { data, entity } = event;
    if (event.type === "text_added") version = Number(data.text_version);
    const index = indexOf(typeof data.text_version === "number" ? data.text_version : version);
    const words = eventWords(event, { schema, index, quoteBefore: (id) => said.get(id) ?? null });
    if (event.stream.kind === "annotation_set" && entity !== null && Array.isArray(data.spans) && index)
      said.set(entity, quote(index, data.spans as unknown as readonly Span[]));
    return words;
  });
};
