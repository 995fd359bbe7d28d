import { Trans, useLingui } from "@lingui/react/macro";
import { Button, useComputedColorScheme } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { projectQuery, schemaQuery } from "../api/queries";
import type { Attribute, Id, Label, LinkType, Schema } from "../api/types";
import { may } from "../components/access";
import { LabelForm, useSchemaCommand } from "../components/label-form";
import { LabelMark } from "../components/label-mark";
import { labelKeys, textLabels } from "../components/labels";
import { Badge } from "../ui/badge";
import { Dialog } from "../ui/dialog";
import { Page, Section } from "../ui/page";
import { Fault } from "../ui/states";
import css from "./schema.module.css";

const SchemaPage = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/schema" });
  const { data: schema } = useSuspenseQuery(schemaQuery(project));
  const manager = may(useSuspenseQuery(projectQuery(project)).data.role, "manage");
  const [editing, setEditing] = useState<Label | "new" | null>(null);
  return (
    <Page
      title={t`Schema`}
      lead={<Version schema={schema} />}
      actions={
        manager && (
          <Button onClick={() => setEditing("new")}>
            <Trans>New label</Trans>
          </Button>
        )
      }
    >
      <Labels project={project} schema={schema} onEdit={manager ? setEditing : null} />
      <LinkTypes schema={schema} />
      <EntityTypes schema={schema} />
      <DocumentLabels schema={schema} />
      <Dialog
        opened={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === "new" ? t`New label` : t`Change the label`}
        size="lg"
      >
        {editing && (
          <LabelForm
            project={project}
            schema={schema}
            label={editing === "new" ? null : editing}
            onDone={() => setEditing(null)}
          />
        )}
      </Dialog>
    </Page>
  );
};

const Version = ({ schema }: { readonly schema: Schema }) =>
  schema.published ? (
    <Trans>
      {schema.published.name} {schema.published.version}. What is marked keeps its label also when the label is retired.
    </Trans>
  ) : (
    <Trans>Not published under a version yet. What is marked keeps its label also when the label is retired.</Trans>
  );

interface LabelsProps {
  readonly project: Id;
  readonly schema: Schema;
  readonly onEdit: ((label: Label) => void) | null;
}

const Labels = ({ project, schema, onEdit }: LabelsProps) => {
  const scheme = useComputedColorScheme("light");
  const looks = textLabels(schema.labels, scheme);
  const keys = labelKeys(schema.labels.filter((label) => !label.retired));
  return (
    <Section title={<Trans>Labels</Trans>}>
      <ul className={css.list}>
        {schema.labels.map((label, k) => (
          <li key={label.key} className={css.card} data-retired={label.retired}>
            <div className={css.head}>
              <LabelMark look={looks[k]} />
              <h3>{label.name}</h3>
              <code className={css.key}>{label.key}</code>
              {(keys.get(label.key) ?? []).map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
              {label.retired && (
                <Badge tone="warn">
                  <Trans>retired</Trans>
                </Badge>
              )}
              {onEdit && <LabelActions project={project} label={label} onEdit={onEdit} />}
            </div>
            {label.description && <p className={css.description}>{label.description}</p>}
            <Attributes attributes={label.attributes} />
          </li>
        ))}
      </ul>
    </Section>
  );
};

interface ActionsProps {
  readonly project: Id;
  readonly label: Label;
  readonly onEdit: (label: Label) => void;
}

const LabelActions = ({ project, label, onEdit }: ActionsProps) => {
  const { t } = useLingui();
  const change = useSchemaCommand(project);
  const { retired, replaced_by, ...definition } = label;
  const toggle = () =>
    change.mutate(
      retired
        ? { type: "define_label", data: labelData(definition) }
        : { type: "retire_label", data: { key: label.key, replaced_by: null } },
    );
  return (
    <span className={css.actions}>
      <Fault error={change.error} />
      <Button size="compact-sm" variant="subtle" aria-label={t`Change ${label.name}`} onClick={() => onEdit(label)}>
        <Trans>Change</Trans>
      </Button>
      <Button
        size="compact-sm"
        variant="subtle"
        loading={change.isPending}
        aria-label={retired ? t`Bring ${label.name} back` : t`Retire ${label.name}`}
        onClick={toggle}
      >
        {retired ? <Trans>Bring back</Trans> : <Trans>Retire</Trans>}
      </Button>
    </span>
  );
};

const labelData = ({
  key,
  name,
  color,
  shortcut,
  entity_type,
  attributes,
  description,
}: Omit<Label, "retired" | "replaced_by">) => ({
  key,
  name,
  color,
  shortcut,
  entity_type,
  attributes,
  description,
});

const Attributes = ({ attributes }: { readonly attributes: readonly Attribute[] }) =>
  attributes.length === 0 ? null : (
    <dl className={css.attributes}>
      {attributes.map((attribute) => (
        <div key={attribute.key}>
          <dt>
            {attribute.name}
            {attribute.required && (
              <>
                {" "}
                <Badge>
                  <Trans>required</Trans>
                </Badge>
              </>
            )}
          </dt>
          <dd>
            <Kind attribute={attribute} />
          </dd>
        </div>
      ))}
    </dl>
  );

const Kind = ({ attribute }: { readonly attribute: Attribute }) => {
  const values = attribute.values.join(" · ");
  switch (attribute.kind) {
    case "choice":
      return values;
    case "codebook":
      return values ? <Trans>codebook: {values}</Trans> : <Trans>codebook, open</Trans>;
    case "text":
      return <Trans>text</Trans>;
    case "number":
      return <Trans>number</Trans>;
    case "integer":
      return <Trans>whole number</Trans>;
    case "boolean":
      return <Trans>yes or no</Trans>;
    case "strings":
      return <Trans>list of words</Trans>;
    case "entities":
      return <Trans>entries of the register</Trans>;
  }
};

const LinkTypes = ({ schema }: { readonly schema: Schema }) => (
  <Section title={<Trans>Links</Trans>}>
    <ul className={css.list}>
      {schema.link_types.map((type) => (
        <li key={type.key} className={css.card} data-retired={type.retired}>
          <div className={css.head}>
            <h3>{type.name}</h3>
            <code className={css.key}>{type.key}</code>
            <span className={css.ends}>
              <Ends schema={schema} type={type} />
            </span>
            {type.retired && (
              <Badge tone="warn">
                <Trans>retired</Trans>
              </Badge>
            )}
          </div>
          {type.description && <p className={css.description}>{type.description}</p>}
          <Attributes attributes={type.attributes} />
        </li>
      ))}
    </ul>
  </Section>
);

const Ends = ({ schema, type }: { readonly schema: Schema; readonly type: LinkType }) => {
  const { t } = useLingui();
  const nameOf = (key: string | null) =>
    key === null ? t`any label` : (schema.labels.find((label) => label.key === key)?.name ?? key);
  return (
    <>
      {nameOf(type.from_label)} → {nameOf(type.to_label)}
    </>
  );
};

const EntityTypes = ({ schema }: { readonly schema: Schema }) => (
  <Section title={<Trans>Entries of the register</Trans>}>
    <ul className={css.list}>
      {schema.entity_types.map((type) => (
        <li key={type.key} className={css.card}>
          <div className={css.head}>
            <h3>{type.name}</h3>
            <code className={css.key}>{type.key}</code>
          </div>
          <Attributes attributes={type.attributes} />
        </li>
      ))}
    </ul>
  </Section>
);

const DocumentLabels = ({ schema }: { readonly schema: Schema }) =>
  schema.document_labels.length === 0 ? null : (
    <Section title={<Trans>Labels of a whole document</Trans>}>
      <ul className={css.list}>
        {schema.document_labels.map((label) => (
          <li key={label.key} className={css.card}>
            <div className={css.head}>
              <h3>{label.name}</h3>
              <code className={css.key}>{label.key}</code>
            </div>
            <p>{label.values.join(" · ")}</p>
          </li>
        ))}
      </ul>
    </Section>
  );

export default SchemaPage;
