import { Trans, useLingui } from "@lingui/react/macro";
import { Button, FileInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { post } from "../../api/client";
import { sendCommands } from "../../api/commands";
import type { Id, Label } from "../../api/types";
import { newId } from "../../document/ids";
import { Choice } from "../../ui/choice";
import { Fault } from "../../ui/states";
import form from "../form.module.css";
import { askSource } from "./ask";
import { settingsOf, type Typed } from "./settings";
import { useKinds } from "./words";

interface Props {
  readonly project: Id;
  readonly labels: readonly Label[];
  readonly onDone: () => void;
}

const KINDS = ["dictionary", "gazetteer", "patterns", "file", "server"] as const;

/** A new source of suggestions; what it needs to be told depends on its kind. */
export const SourceForm = ({ project, labels, onDone }: Props) => {
  const { t } = useLingui();
  const kinds = useKinds();
  const queries = useQueryClient();
  const [source] = useState(newId);
  const place = labels.find(({ entity_type }) => entity_type === "location") ?? labels[0];
  const [typed, setTyped] = useState<Typed>({
    ...{ kind: "dictionary", label: place?.key ?? "", countries: "", patterns: "", url: "", mapping: "" },
  });
  const [name, setName] = useState("");
  const [file, setFile] = useState<File | null>(null);
  const set = (change: Partial<Typed>) => setTyped((old) => ({ ...old, ...change }));
  const make = useMutation({
    mutationFn: async () => {
      const data = { source, name: name.trim() || kinds[typed.kind], settings: settingsOf(typed) };
      await sendCommands(project, [{ id: newId(), type: "define_source", data }]);
      if (typed.kind !== "file") await askSource(project, source);
      else if (file) await upload(project, source, file);
    },
    onSuccess: onDone,
    onSettled: () => queries.invalidateQueries({ queryKey: ["sources", project] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const options = KINDS.map((value) => ({ value, label: kinds[value] ?? value }));
  return (
    <form className={form.form} onSubmit={submit}>
      <Choice label={t`Kind`} options={options} value={typed.kind} onChange={(kind) => kind && set({ kind })} />
      <TextInput
        label={t`Name`}
        placeholder={kinds[typed.kind] ?? ""}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Fields typed={typed} labels={labels} onChange={set} file={file} onFile={setFile} />
      <Fault error={make.error} />
      <div className={form.buttons}>
        <Button type="submit" loading={make.isPending} disabled={typed.kind === "file" && file === null}>
          <Trans>Let it suggest</Trans>
        </Button>
      </div>
    </form>
  );
};

interface FieldsProps {
  readonly typed: Typed;
  readonly labels: readonly Label[];
  readonly onChange: (change: Partial<Typed>) => void;
  readonly file: File | null;
  readonly onFile: (file: File | null) => void;
}

const Fields = ({ typed, labels, onChange, file, onFile }: FieldsProps) => {
  const { t } = useLingui();
  const keys = labels.map(({ key, name }) => ({ value: key, label: name }));
  const mapping = (
    <Textarea
      label={t`Their labels and ours`}
      description={t`One a line, such as PER = actor. What is named alike needs no line.`}
      autosize
      minRows={2}
      value={typed.mapping}
      onChange={(event) => onChange({ mapping: event.currentTarget.value })}
    />
  );
  switch (typed.kind) {
    case "gazetteer":
      return (
        <>
          <Choice
            label={t`Label`}
            options={keys}
            value={typed.label}
            onChange={(label) => label && onChange({ label })}
          />
          <TextInput
            label={t`Countries`}
            description={t`Two letters each, such as SY IQ LB; empty: the whole world.`}
            value={typed.countries}
            onChange={(event) => onChange({ countries: event.currentTarget.value })}
          />
          <p className={form.hint}>
            <Trans>Places of the world: GeoNames, CC BY 4.0. Names of countries: Unicode CLDR.</Trans>
          </p>
        </>
      );
    case "patterns":
      return (
        <Textarea
          label={t`Expressions`}
          description={t`One a line: the label's key, a colon, the expression (RE2). A group named mark is what is suggested.`}
          placeholder="actor: (?P<mark>\pL+) Army"
          autosize
          minRows={4}
          required
          value={typed.patterns}
          onChange={(event) => onChange({ patterns: event.currentTarget.value })}
        />
      );
    case "file":
      return (
        <>
          <FileInput
            label={t`File`}
            description={t`In any annotated format; its documents are found by their text.`}
            value={file}
            onChange={onFile}
            clearable
          />
          {mapping}
        </>
      );
    case "server":
      return (
        <>
          <TextInput
            label={t`Address`}
            type="url"
            required
            placeholder="https://models.example.org/suggest"
            value={typed.url}
            onChange={(event) => onChange({ url: event.currentTarget.value })}
          />
          {mapping}
        </>
      );
    default:
      return (
        <p className={form.hint}>
          <Trans>Finds every name and further name of the register, in any script, with common endings.</Trans>
        </p>
      );
  }
};

const upload = (project: Id, source: Id, file: File) =>
  post("/api/v1/projects/{project}/sources/{source}/file", {
    params: { path: { project, source }, query: { name: file.name } },
    body: file as never,
    bodySerializer: (raw) => raw as unknown as BodyInit,
    headers: { "Content-Type": "application/octet-stream" },
  });
