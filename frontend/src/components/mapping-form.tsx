import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { carryOut, sendCommands } from "../api/commands";
import { jobsQuery, schemaQuery } from "../api/queries";
import type { Job, JsonObject, Schema } from "../api/types";
import { newId } from "../document/ids";
import { Choice } from "../ui/choice";
import { Fault } from "../ui/states";
import { type Foreign, importReport } from "./job-reports";
import { keyFrom } from "./label-form";
import { SWATCHES } from "./labels";
import { type Choices, choiceKey, keysOf, NEW, optionsWith, remembered, unknown } from "./mapping";
import css from "./mapping-form.module.css";

/** What becomes of the file's own names; then the import with it, or another try. */
export const MappingForm = ({ job, report }: { readonly job: Job; readonly report: JsonObject }) => {
  const schema = useQuery(schemaQuery(job.project)).data;
  const jobs = useQuery(jobsQuery(job.project)).data;
  return schema && jobs ? <Form key={job.id} job={job} report={report} schema={schema} jobs={jobs} /> : null;
};

interface FormProps {
  readonly job: Job;
  readonly report: JsonObject;
  readonly schema: Schema;
  readonly jobs: readonly Job[];
}

const Form = ({ job, report, schema, jobs }: FormProps) => {
  const { t } = useLingui();
  const { foreign, format } = importReport(report);
  const names = unknown(foreign, schema);
  const [chosen, setChosen] = useState<Choices>(() => remembered(names, format, schema, jobs));
  const carried = useCarriedOut(job, format, names, chosen, schema);
  const open = names.filter((each) => chosen[choiceKey(each)] === undefined).length;
  if (carried.isSuccess)
    return (
      <p className={css.quiet}>
        <Trans>Done with these names: see the entry above.</Trans>
      </p>
    );
  return (
    <form
      className={css.form}
      aria-label={t`What the names in ${job.name} become`}
      onSubmit={(event) => {
        event.preventDefault();
        carried.mutate(false);
      }}
    >
      {names.length > 0 && (
        <p>
          <Trans>The file has names that this project does not know. What do they become here?</Trans>
        </p>
      )}
      <ul className={css.names}>
        {names.map((each) => (
          <NameRow
            key={choiceKey(each)}
            foreign={each}
            schema={schema}
            value={chosen[choiceKey(each)]}
            onChange={(choice) => setChosen((old) => ({ ...old, [choiceKey(each)]: choice }))}
          />
        ))}
      </ul>
      <div className={css.buttons}>
        <Button type="submit" size="xs" loading={carried.isPending} disabled={open > 0}>
          <Trans>Import it now</Trans>
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={open > 0 || carried.isPending}
          onClick={() => carried.mutate(true)}
        >
          <Trans>Try again with this</Trans>
        </Button>
        {open > 0 && (
          <span className={css.quiet}>
            <Plural value={open} one="# name is still open" other="# names are still open" />
          </span>
        )}
      </div>
      <Fault error={carried.error} />
    </form>
  );
};

interface RowProps {
  readonly foreign: Foreign;
  readonly schema: Schema;
  readonly value: string | undefined;
  readonly onChange: (choice: string) => void;
}

const SKIP = "\u0000skip";

const NameRow = ({ foreign, schema, value, onChange }: RowProps) => {
  const { t } = useLingui();
  const kinds: Readonly<Record<string, string>> = { label: t`label`, link: t`type of link`, attribute: t`attribute` };
  const taken = keysOf(foreign.kind, schema);
  const options = [
    ...taken.map(({ key, name }) => ({ value: key, label: name })),
    ...(foreign.kind === "label" && !taken.some(({ key }) => key === keyFrom(foreign.name))
      ? [{ value: NEW, label: t`Make a new label “${foreign.name}”` }]
      : []),
    { value: SKIP, label: t`Leave it out` },
  ];
  return (
    <li className={css.row}>
      <span className={css.name}>
        <bdi>{foreign.name}</bdi>{" "}
        <span className={css.quiet}>
          {kinds[foreign.kind] ?? foreign.kind}, <Plural value={foreign.count} one="once" other="# times" />
        </span>
      </span>
      <Choice
        aria-label={t`What ${foreign.name} becomes`}
        size="xs"
        options={options}
        {...(value === undefined ? { none: t`Choose…` } : {})}
        value={value === undefined ? null : value === "" ? SKIP : value}
        onChange={(choice) => choice !== null && onChange(choice === SKIP ? "" : choice)}
      />
    </li>
  );
};

const useCarriedOut = (job: Job, format: string, names: readonly Foreign[], chosen: Choices, schema: Schema) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (tryOnly: boolean) => {
      const made = names.filter((each) => chosen[choiceKey(each)] === NEW);
      if (made.length > 0)
        await sendCommands(
          job.project,
          made.map((each, n) => ({ id: newId(), type: "define_label", data: newLabel(each.name, schema, n) })),
        );
      const options = optionsWith((job.options.options ?? {}) as JsonObject, names, chosen);
      return carryOut(job.project, job.id, { format, options, tryOnly });
    },
    onSettled: () => {
      void queries.invalidateQueries(schemaQuery(job.project));
      return queries.invalidateQueries(jobsQuery(job.project));
    },
  });
};

const newLabel = (name: string, schema: Schema, n: number): object => {
  const free = SWATCHES.filter((color) => !schema.labels.some((label) => label.color === color));
  const colors = free.length > 0 ? free : SWATCHES;
  return { key: keyFrom(name), name, color: colors[n % colors.length], attributes: [] };
};
