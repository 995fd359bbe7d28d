import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { Id, Schema, WhatIf } from "../../api/types";
import { Badge, type Tone } from "../../ui/badge";
import { Section } from "../../ui/page";
import { Empty } from "../../ui/states";
import { type Column, Table } from "../../ui/table";
import { shown } from "../agreement/figures";
import { figure, shorten } from "../words";
import css from "./what-if.module.css";

interface Props {
  readonly project: Id;
  readonly schema: Schema;
  readonly result: WhatIf;
}

/** What another rule would change: how much, for whom, and label by label. */
export const WhatIfResult = ({ project, schema, result }: Props) => {
  const { t } = useLingui();
  const { labels, disputed, agreement, against_gold, authors, flips, flipped } = result;
  type Person = WhatIf["authors"][number];
  const people: readonly Column<Person>[] = [
    { key: "name", title: t`Annotator`, head: true, cell: ({ name }) => name },
    { key: "before", title: t`F1 with gold now`, number: true, cell: ({ before }) => told(before) },
    { key: "after", title: t`with the other rule`, number: true, cell: ({ after }) => told(after) },
  ];
  return (
    <>
      <dl className={css.effects}>
        <Effect name={t`Gold labels`} before={labels.before} after={labels.after} whole />
        <Effect name={t`Left to a curator`} before={disputed.before} after={disputed.after} whole />
        <Effect name={t`Agreement of those who count`} before={agreement.before} after={agreement.after} />
        <Effect name={t`Annotators against gold`} before={against_gold.before} after={against_gold.after} />
      </dl>
      {flipped === 0 ? (
        <Empty title={<Trans>Nothing would change</Trans>} />
      ) : (
        <Section
          title={
            <Trans>
              {figure(flipped)} labels would change, in {figure(result.changed_documents)} of {figure(result.documents)}{" "}
              documents
            </Trans>
          }
        >
          <Flips project={project} schema={schema} flips={flips} />
          {flipped > flips.length && (
            <p className={css.quiet}>
              <Trans>The first {figure(flips.length)} are shown.</Trans>
            </p>
          )}
        </Section>
      )}
      {authors.length > 0 && (
        <Section title={<Trans>Effect on people</Trans>}>
          <Table caption={t`Effect on people`} columns={people} rows={authors} rowKey={({ author }) => author} />
        </Section>
      )}
    </>
  );
};

const told = (value: number | null): string => (value === null ? "–" : shown(value));

interface EffectProps {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
  /** A count, not a share. */
  readonly whole?: boolean;
}

const Effect = ({ name, before, after, whole = false }: EffectProps) => {
  const say = (value: number | null): string => (value !== null && whole ? figure(value) : told(value));
  return (
    <div data-changed={before !== after}>
      <dt>{name}</dt>
      <dd>
        {say(before)} → <b>{say(after)}</b>
      </dd>
    </div>
  );
};

type Flip = WhatIf["flips"][number];

interface FlipsProps {
  readonly project: Id;
  readonly schema: Schema;
  readonly flips: readonly Flip[];
}

const Flips = ({ project, schema, flips }: FlipsProps) => {
  const { t } = useLingui();
  const nameOf = (key: string): string => schema.labels.find((label) => label.key === key)?.name ?? key;
  const side = (found: Flip["before"]) =>
    found === null ? (
      "–"
    ) : (
      <>
        <q dir="auto" className={css.quote}>
          {found.quote === null ? t`erased` : shorten(found.quote, 80)}
        </q>{" "}
        <span className={css.quiet}>
          {nameOf(found.label)} {told(found.confidence)}
        </span>
      </>
    );
  const columns: readonly Column<Flip>[] = [
    { key: "change", title: t`Change`, head: true, cell: ({ change }) => <Change change={change} /> },
    { key: "before", title: t`Now`, cell: ({ before }) => side(before) },
    { key: "after", title: t`With the other rule`, cell: ({ after }) => side(after) },
    {
      key: "open",
      title: t`Item`,
      quiet: true,
      cell: ({ document, item }) => (
        <Link to="/p/$project/d/$document/curate" params={{ project, document }} search={{ item }}>
          <Trans>Look at it</Trans>
        </Link>
      ),
    },
  ];
  return (
    <Table
      caption={t`Labels that would change`}
      columns={columns}
      rows={flips}
      rowKey={(flip) => `${flip.document}/${flip.item}/${JSON.stringify([flip.before?.spans, flip.after?.spans])}`}
    />
  );
};

const Change = ({ change }: { readonly change: Flip["change"] }) => {
  const { t } = useLingui();
  const names: Readonly<Record<Flip["change"], readonly [string, Tone]>> = {
    appears: [t`appears`, "good"],
    disappears: [t`disappears`, "bad"],
    bounds: [t`other edges`, "warn"],
    label: [t`another label`, "warn"],
    attributes: [t`other attributes`, "warn"],
  };
  const [name, tone] = names[change];
  return <Badge tone={tone}>{name}</Badge>;
};
