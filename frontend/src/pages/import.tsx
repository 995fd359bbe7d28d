import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { startImport, type Upload } from "../api/commands";
import { jobsQuery, readyQuery } from "../api/queries";
import type { Id } from "../api/types";
import { DropZone } from "../components/drop-zone";
import form from "../components/form.module.css";
import { JobList } from "../components/job-list";
import { WorkerNote } from "../components/worker-note";
import { Page, Section } from "../ui/page";
import { Empty, Fault, Trouble, Waiting } from "../ui/states";

const Import = () => {
  const { t } = useLingui();
  const { project } = useParams({ from: "/inside/p/$project/rooms/import" });
  return (
    <Page
      title={t`Import`}
      lead={
        <Trans>
          Articles come as text, web pages, Markdown, Word, PDF, tables, feeds, web archives, or a zip of them. Files
          with annotations (JSONL, brat, CoNLL, WebAnno, UIMA, Label Studio, doccano, Prodigy) bring them as the work of
          the authors they name. The same text is never taken in twice.
        </Trans>
      }
    >
      <Files project={project} />
      <Addresses project={project} />
      <Paste project={project} />
      <Progress project={project} />
    </Page>
  );
};

const useUpload = (project: Id, tryOnly = false) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (uploads: readonly Upload[]) => {
      for (const upload of uploads) await startImport(project, upload, tryOnly);
    },
    onSettled: () => queries.invalidateQueries(jobsQuery(project)),
  });
};

const ACCEPTED =
  ".txt,.text,.md,.markdown,.html,.htm,.xhtml,.mhtml,.mht,.docx,.pdf,.csv,.tsv,.rss,.atom,.xml,.warc,.gz,.zip," +
  ".urls,.jsonl,.ndjson,.json,.conll,.conllu,.bio,.ann,.tsv,.xmi,.spacy,.parquet,text/plain";

const Files = ({ project }: { readonly project: Id }) => {
  const { t } = useLingui();
  const [tryOnly, setTryOnly] = useState(false);
  const upload = useUpload(project, tryOnly);
  return (
    <>
      <Checkbox
        label={t`Only try: say what would come in, and write nothing yet`}
        checked={tryOnly}
        onChange={(event) => setTryOnly(event.currentTarget.checked)}
      />
      <DropZone
        accept={ACCEPTED}
        busy={upload.isPending}
        onFiles={(files) => upload.mutate(files.map((file) => ({ name: file.name, body: file })))}
      />
      <Fault error={upload.error} />
    </>
  );
};

const Addresses = ({ project }: { readonly project: Id }) => {
  const { t } = useLingui();
  const [tryOnly, setTryOnly] = useState(false);
  const [listed, setListed] = useState("");
  const [follow, setFollow] = useState(false);
  const upload = useUpload(project, tryOnly);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const feeds = follow ? "articles" : "entries";
    upload.mutate([{ name: t`Addresses`, body: listed, feeds }], { onSuccess: () => setListed("") });
  };
  return (
    <Section title={<Trans>From the web</Trans>}>
      <form className={form.form} onSubmit={submit}>
        <Textarea
          label={t`Addresses`}
          description={t`One a line: pages, PDF, Word documents or feeds. Each is fetched once, politely; see that you may keep what you fetch.`}
          placeholder="https://"
          value={listed}
          dir="ltr"
          autosize
          minRows={3}
          maxRows={12}
          required
          spellCheck={false}
          onChange={(event) => setListed(event.currentTarget.value)}
        />
        <Checkbox
          label={t`Of feeds, fetch the articles that they link to`}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Checkbox
          label={t`Only try: fetch them and say what would come in`}
          checked={tryOnly}
          onChange={(event) => setTryOnly(event.currentTarget.checked)}
        />
        <Fault error={upload.error} />
        <div className={form.buttons}>
          <Button type="submit" loading={upload.isPending} disabled={listed.trim() === ""}>
            <Trans>Fetch these addresses</Trans>
          </Button>
        </div>
      </form>
    </Section>
  );
};

const Paste = ({ project }: { readonly project: Id }) => {
  const { t } = useLingui();
  const upload = useUpload(project);
  const [title, setTitle] = useState("");
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const done = () => {
      setTitle("");
      setText("");
    };
    upload.mutate([{ name: title.trim() || t`Pasted text`, body: text, title: title.trim() }], { onSuccess: done });
  };
  return (
    <Section title={<Trans>Or paste a text</Trans>}>
      <form className={form.form} onSubmit={submit}>
        <TextInput
          label={t`Title`}
          value={title}
          dir="auto"
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label={t`Text`}
          value={text}
          dir="auto"
          autosize
          minRows={5}
          maxRows={16}
          required
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Fault error={upload.error} />
        <div className={form.buttons}>
          <Button type="submit" loading={upload.isPending} disabled={text.trim() === ""}>
            <Trans>Import this text</Trans>
          </Button>
        </div>
      </form>
    </Section>
  );
};

const Progress = ({ project }: { readonly project: Id }) => {
  const { data, error, refetch } = useQuery(jobsQuery(project));
  const ready = useQuery(readyQuery).data;
  const jobs = data?.filter((job) => job.kind === "import") ?? [];
  return (
    <Section title={<Trans>Imports of this project</Trans>}>
      {ready && <WorkerNote seen={ready.worker_seen_seconds} />}
      {error ? (
        <Trouble error={error} onRetry={refetch} />
      ) : !data ? (
        <Waiting />
      ) : jobs.length === 0 ? (
        <Empty title={<Trans>None so far</Trans>} />
      ) : (
        <JobList jobs={jobs} project={project} />
      )}
    </Section>
  );
};

export default Import;
