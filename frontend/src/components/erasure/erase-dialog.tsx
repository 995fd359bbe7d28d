import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { post } from "../../api/client";
import type { ErasureBasis, ErasurePreview, ErasureScope, Id } from "../../api/types";
import { newId } from "../../document/ids";
import { Choice } from "../../ui/choice";
import { Dialog } from "../../ui/dialog";
import { Fault, Trouble, Waiting } from "../../ui/states";
import form from "../form.module.css";
import { bytes, figure } from "../words";
import css from "./erase-dialog.module.css";

interface Props {
  readonly project: Id;
  readonly scope: ErasureScope;
  readonly subject: Id;
  readonly onClose: () => void;
  /** Something was erased; the page shows what is left. */
  readonly onDone?: () => void;
}

/** Shows what would go, asks for the legal reason, and only then erases for good. */
export const EraseDialog = ({ project, scope, subject, onClose, onDone }: Props) => {
  const { t } = useLingui();
  const preview = useQuery({
    queryKey: ["erasure-preview", project, scope, subject],
    queryFn: () =>
      post("/api/v1/projects/{project}/erasures/preview", {
        params: { path: { project } },
        body: { scope, subject },
      }),
    gcTime: 0,
  });
  const titles = { document: t`Erase a document`, account: t`Erase a person`, entity: t`Erase an entity` };
  return (
    <Dialog opened onClose={onClose} title={titles[scope]} size="lg">
      {preview.error ? (
        <Trouble error={preview.error} onRetry={preview.refetch} />
      ) : preview.data ? (
        <Order project={project} found={preview.data} onClose={onClose} onDone={onDone} />
      ) : (
        <Waiting what={t`Looking for what would go…`} />
      )}
    </Dialog>
  );
};

interface OrderProps {
  readonly project: Id;
  readonly found: ErasurePreview;
  readonly onClose: () => void;
  readonly onDone: (() => void) | undefined;
}

const Order = ({ project, found, onClose, onDone }: OrderProps) => {
  const { t } = useLingui();
  const bases = useBases();
  const [id] = useState(newId);
  const [basis, setBasis] = useState<ErasureBasis | null>(null);
  const [note, setNote] = useState("");
  const [record, setRecord] = useState(found.record);
  const [sure, setSure] = useState(false);
  const erase = useErase(project);
  const nothing = found.contents === 0 && !record;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!basis || !sure) return;
    erase.mutate({ id, scope: found.scope, subject: found.subject, basis, note: note.trim(), record });
  };
  if (erase.isSuccess)
    return (
      <Done found={found}>
        <Button
          onClick={() => {
            onClose();
            onDone?.();
          }}
        >
          <Trans>Close</Trans>
        </Button>
      </Done>
    );
  return (
    <form className={form.form} onSubmit={submit}>
      <p className={css.name}>
        <bdi>{found.name || found.subject}</bdi>
      </p>
      <Facts found={found} />
      <Exports found={found} />
      {found.scope === "account" && (
        <Checkbox
          label={t`Erase name and addresses of the account, too: nobody can sign in with it any more`}
          checked={record}
          disabled={!found.record}
          description={found.record_reason ?? undefined}
          onChange={({ currentTarget: { checked } }) => setRecord(checked)}
        />
      )}
      <Choice
        label={t`Legal reason`}
        none={t`Choose one`}
        options={bases}
        value={basis}
        onChange={(value) => setBasis(value as ErasureBasis | null)}
      />
      <Textarea
        label={t`Note`}
        description={t`Kept in the log for good: say why and on whose request, but name nobody.`}
        autosize
        minRows={2}
        maxLength={2000}
        value={note}
        onChange={({ currentTarget: { value } }) => setNote(value)}
      />
      <Checkbox
        label={t`I know that nobody can bring it back`}
        checked={sure}
        onChange={({ currentTarget: { checked } }) => setSure(checked)}
      />
      <Fault error={erase.error} />
      <div className={form.buttons}>
        <Button type="submit" color="red" disabled={!basis || !sure || nothing} loading={erase.isPending}>
          <Trans>Erase for good</Trans>
        </Button>
        <Button variant="default" onClick={onClose}>
          <Trans>Cancel</Trans>
        </Button>
      </div>
    </form>
  );
};

const Facts = ({ found }: { readonly found: ErasurePreview }) => (
  <ul className={css.facts}>
    {found.contents === 0 ? (
      <li>
        <Trans>Nothing of it is left in this project that could be erased.</Trans>
      </li>
    ) : (
      <li>
        <Plural
          value={found.contents}
          one={`# text or note goes, ${bytes(found.size)}`}
          other={`# texts and notes go, ${bytes(found.size)}`}
        />
      </li>
    )}
    {found.scope === "document" && found.marks > 0 && (
      <li>
        <Plural
          value={found.marks}
          one="# mark stays and loses its quote"
          other={`${figure(found.marks)} marks stay and lose their quotes`}
        />
      </li>
    )}
    <li>
      <Trans>The history stays: who did what, and when. It says that something was erased, and why.</Trans>
    </li>
  </ul>
);

const Exports = ({ found }: { readonly found: ErasurePreview }) =>
  found.exports.length > 0 && (
    <section className={css.exports}>
      <h3>
        <Plural
          value={found.exports.length}
          one="# export holds it and has to be called back"
          other="# exports hold it and have to be called back"
        />
      </h3>
      <p className={form.hint}>
        <Trans>
          Their files are deleted here. Whoever downloaded one must delete it, too; the fingerprint says which it is.
        </Trans>
      </p>
      <ul>
        {found.exports.map((each) => (
          <li key={each.job}>
            <bdi>{each.name}</bdi> <code title="SHA-256">{each.sha256.slice(0, 16)}…</code>
          </li>
        ))}
      </ul>
    </section>
  );

const Done = ({ found, children }: { readonly found: ErasurePreview; readonly children: ReactNode }) => (
  <div className={form.form} role="status">
    <p>
      <Trans>It is erased. Lists and counts follow within seconds.</Trans>
    </p>
    {found.exports.length > 0 && <Exports found={found} />}
    <div className={form.buttons}>{children}</div>
  </div>
);

interface Wish {
  readonly id: Id;
  readonly scope: ErasureScope;
  readonly subject: Id;
  readonly basis: ErasureBasis;
  readonly note: string;
  readonly record: boolean;
}

const useErase = (project: Id) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Wish) => post("/api/v1/projects/{project}/erasures", { params: { path: { project } }, body }),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === project }),
  });
};

const useBases = (): readonly { readonly value: ErasureBasis; readonly label: string }[] => {
  const { t } = useLingui();
  return [
    { value: "subject_request", label: t`The person asked for it` },
    { value: "consent_withdrawn", label: t`Consent was withdrawn` },
    { value: "objection", label: t`The person objects` },
    { value: "unlawful_processing", label: t`It should never have been here` },
    { value: "legal_obligation", label: t`The law or a court demands it` },
    { value: "licence_ended", label: t`The licence of the text has ended` },
    { value: "other", label: t`Another reason` },
  ];
};
