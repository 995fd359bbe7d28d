import { Plural, Trans } from "@lingui/react/macro";
import type { Json } from "../api/types";
import css from "./job-report.module.css";
import { figure } from "./words";

type Report = { readonly [key: string]: Json };

/** Figures first, then what was left out or went wrong, line by line. */
export const JobReport = ({ report }: { readonly report: Report }) => {
  const figures = figuresOf(report);
  const lists = Object.entries(report).flatMap(([key, value]) => (isNotes(value) ? [[key, value] as const] : []));
  return (
    <div className={css.report}>
      {figures.length > 0 && (
        <dl className={css.figures}>
          {figures.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {lists.map(([key, notes]) => (
        <Notes key={key} name={words(key)} notes={notes} />
      ))}
    </div>
  );
};

const MOST = 20;

const Notes = ({ name, notes }: { readonly name: string; readonly notes: readonly Note[] }) =>
  notes.length === 0 ? null : (
    <details className={css.notes} open={notes.length <= MOST}>
      <summary>
        {name}: <Plural value={notes.length} one="# note" other="# notes" />
      </summary>
      <ul>
        {notes.map((note, k) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change, and its notes have no ids
          <li key={k}>
            {typeof note.line === "number" && (
              <b>
                <Trans>line {note.line}</Trans>{" "}
              </b>
            )}
            {typeof note.count === "number" && <b>{figure(note.count)} </b>}
            {String(note.message)}
          </li>
        ))}
      </ul>
    </details>
  );

type Note = { readonly [key: string]: Json; readonly message: string };

const isNotes = (value: Json | undefined): value is readonly Note[] =>
  Array.isArray(value) && value.every((one) => isRecord(one) && typeof one.message === "string");

const isRecord = (value: unknown): value is Report =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Numbers and words of the report, also those one level down. */
export const figuresOf = (report: Report): readonly (readonly [name: string, value: string])[] =>
  Object.entries(report).flatMap(([key, value]) => {
    if (isRecord(value)) return figuresOf(value);
    if (typeof value === "number") return [[words(key), figure(value)] as const];
    return typeof value === "string" && value !== "" ? [[words(key), value] as const] : [];
  });

const words = (key: string): string => key.replaceAll("_", " ");
